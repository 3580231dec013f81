"use client";

import { useState } from "react";

export default function Page() {
  const [caption, setCaption] = useState("");

  async function ask(event) {
    event.preventDefault();
    setCaption("…");
    const response = await fetch("/api/caption", { method: "POST", body: new FormData(event.target) });
    const { caption, error } = await response.json();
    setCaption(caption ?? error);
  }

  return (
    <form onSubmit={ask}>
      <label>
        Photo <input type="file" name="picture" accept="image/*" required />
      </label>
      <button type="submit">Ask</button>
      <output>{caption}</output>
    </form>
  );
}
