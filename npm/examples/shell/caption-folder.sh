#!/bin/sh
# Asks about every photo of a folder, at once and within a sum of dollars for each: caption-folder.sh FOLDER 0.005
# Captions are written beside the prepared photos, in FOLDER/captioned. The key is read from GEMINI_API_KEY.
# The command is installed by: npm install --global gemini-vision-wasm
set -u
folder=$1
most=$2
model=gemini-3.8-flash
failed=0

mkdir -p "$folder/captioned"
# Upright, without the place where they were taken, at most 2048 pixels. Bad ones are told, the rest is done.
gemini-vision prepare "$folder"/*.jpg --max-edge 2048 --output "$folder/captioned" --force || failed=1

for photo in "$folder"/captioned/*.jpg; do
  # 3: it would cost more, and nothing was sent.
  gemini-vision ask "$photo" --model "$model" --prompt "Caption this image." --max-output-tokens 200 --max-cost "$most" \
    >"${photo%.jpg}.txt" || { failed=$?; rm "${photo%.jpg}.txt"; }
done
exit $failed
