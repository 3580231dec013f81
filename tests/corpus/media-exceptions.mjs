// Where the manifest and the media probe differ and the probe is right, or cannot be, one by one.

const noSignature = "no signature of a PDF is left in it, and content alone decides; other tools were told by the name";

export const exceptions = {
  "pdf/format-corpus__T01_006_header-invalid-syntax-no-pdf.pdf": {
    differs: "status: unsupported at 0",
    reason: noSignature,
  },
  "pdf/format-corpus__T01_007_header-no-version-info.pdf": { differs: "status: unsupported at 0", reason: noSignature },
  "pdf/qpdf__bad-direct-root.pdf": { differs: "status: unsupported at 0", reason: noSignature },
  "pdf/format-corpus__T02-03_006_page-object-missing.pdf": {
    differs: "size: 612 x 792, manifest: 0 x 0",
    reason: "the page's object is missing; it counts as a page, and a page without a box is a letter",
  },
  "pdf/safedocs__Dialect-DictIsStream.pdf": {
    differs: "size: 130 x 130, manifest: 0 x 0",
    reason: "the page is a stream's dictionary, which one tool refuses to read; its MediaBox is 130 x 130",
  },
  "audio/file-type__fixture-adts-mpeg4.aac": {
    differs: "duration: 16.128, manifest: 14.486295",
    reason:
      "252 frames of 1,024 samples at 16 kHz are 16.128 s; the manifest's tool divides the bytes by an early bit rate",
  },
  "video/mp4-rust__extended_audio_object_type.mp4": {
    differs: "sampleRate: 48016, manifest: 48000",
    reason: "the decoder's configuration says 48,016 Hz, and only the first frame of the codec itself 48,000",
  },
};
