import { useState } from "preact/hooks";
import { Icon, Problems } from "./parts.js";

const shownMs = 2000;

const closed = {
  code: "clipboard",
  message: "The browser did not let this page write to the clipboard. It wants https, and your permission.",
};

/** Copies what `text` gives, and says what happened: aloud as well. */
export function CopyButton({ label, text }: { label: string; text: () => string | Promise<string> }) {
  const [status, setStatus] = useState<"" | "copied" | "refused">("");
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(await text());
      setStatus("copied");
      setTimeout(() => setStatus(""), shownMs);
    } catch {
      setStatus("refused");
    }
  }
  return (
    <span class="copy">
      <button class="button small" type="button" onClick={() => void copy()}>
        <Icon name={status === "copied" ? "check" : "copy"} />
        {label}
      </button>
      <span class="visually-hidden" role="status">
        {status === "copied" ? "Copied" : ""}
      </span>
      <Problems problems={status === "refused" ? [closed] : []} />
    </span>
  );
}
