/** The head of the page: its name, the theme, a link to share, who answers. */

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { answerer, connectionName, keyToSend } from "../connection.js";
import iconUrl from "../icon.svg";
import { shareLink } from "../share.js";
import { Connection, connectionOpen } from "./connection.js";
import { CopyButton } from "./copy-button.js";
import { Icon } from "./parts.js";

const themeKey = "theme";
const isDark = signal(matchMedia("(prefers-color-scheme: dark)").matches);

/** The system's theme, until somebody wants another one here. */
function useTheme(): () => void {
  const [chosen, setChosen] = useState(localStorage.getItem(themeKey));
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const apply = (): void => {
      isDark.value = chosen === null ? query.matches : chosen === "dark";
      document.documentElement.classList.toggle("dark", chosen === "dark");
      document.documentElement.classList.toggle("light", chosen === "light");
    };
    apply();
    query.addEventListener("change", apply);
    return () => query.removeEventListener("change", apply);
  }, [chosen]);
  return () => {
    const next = isDark.value ? "light" : "dark";
    localStorage.setItem(themeKey, next);
    setChosen(next);
  };
}

export function Header() {
  const toggleTheme = useTheme();
  return (
    <header class="masthead">
      <img src={iconUrl} alt="" width="36" height="36" />
      <div class="title">
        <h1>
          Gemini vision <span class="visually-hidden">with gemini-vision-wasm</span>
        </h1>
        <p>See what it costs before you ask. Nothing leaves this page until you do.</p>
      </div>
      <div class="masthead-tools">
        <button
          class={`button small connection-button is-${answerer.value ?? "unknown"}${keyToSend.value === "" ? " is-waiting" : ""}`}
          type="button"
          aria-haspopup="dialog"
          onClick={() => {
            connectionOpen.value = true;
          }}
        >
          <span class="dot" aria-hidden="true" />
          <span id="connection-name">{connectionName}</span>
        </button>
        <CopyButton label="Share" text={shareLink} />
        <button
          class="button small square"
          type="button"
          aria-label={isDark.value ? "Light theme" : "Dark theme"}
          onClick={toggleTheme}
        >
          <Icon name={isDark.value ? "sun" : "moon"} />
        </button>
      </div>
      <Connection />
    </header>
  );
}
