/** Types by a file's name, for what says nothing by its first bytes. The service judges by the type it is told. */

const typeByExtension: Readonly<Record<string, string>> = {
  aac: "audio/aac",
  aif: "audio/aiff",
  aiff: "audio/aiff",
  avi: "video/avi",
  css: "text/css",
  csv: "text/csv",
  flv: "video/x-flv",
  htm: "text/html",
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  jsonl: "application/jsonl",
  md: "text/markdown",
  mov: "video/quicktime",
  mp3: "audio/mp3",
  mp4: "video/mp4",
  mpeg: "video/mpeg",
  mpg: "video/mpg",
  pdf: "application/pdf",
  rtf: "text/rtf",
  txt: "text/plain",
  wav: "audio/wav",
  webm: "video/webm",
  wmv: "video/wmv",
  xml: "text/xml",
  "3gp": "video/3gpp",
};

export function typeOfFileName(name: string): string | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : typeByExtension[extension];
}
