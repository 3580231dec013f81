import { useEffect, useRef, useState } from "preact/hooks";
import { takeUrl } from "../intake.js";
import { Field, Icon, Problems } from "./parts.js";

/** For a file at an address. It is fetched only when the person says so, and without key or cookies. */
export function UrlDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [url, setUrl] = useState("");
  const [isRefused, setRefused] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const fits = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
    setRefused(!fits);
    if (!fits) return;
    void takeUrl(url);
    dialog.current?.close();
  }
  const problem = { code: "bad-argument", message: "Write a whole address, such as https://example.com/photo.jpg" };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="url-title" onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <div class="dialog-head">
          <h2 id="url-title">From an address</h2>
          <button class="button small square" type="button" aria-label="Close" onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </div>
        <Field
          id="url"
          label="Address of a picture, PDF or film"
          hint="Your browser fetches it from there, without cookies and key. The host has to let other pages read it (CORS)."
        >
          <input
            id="url"
            type="url"
            placeholder="https://"
            autocomplete="off"
            aria-describedby="url-hint"
            aria-invalid={isRefused}
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value.trim())}
          />
          <Problems problems={isRefused ? [problem] : []} />
        </Field>
        <button class="button primary" type="submit">
          Fetch
        </button>
      </form>
    </dialog>
  );
}
