/** The page: its head, the model and its cost, the media, and three tabs beside them. */

import { useRef } from "preact/hooks";
import { type Tab, tab } from "../state.js";
import { AskTab } from "./ask-tab.js";
import { CodeTab } from "./code-tab.js";
import { CostTab } from "./cost-tab.js";
import { Facts } from "./facts.js";
import { Header } from "./header.js";
import { Summary } from "./summary.js";
import { Tray } from "./tray.js";

export function App() {
  return (
    <>
      <Header />
      <main>
        <Summary />
        <div class="column">
          <Tray />
          <Facts />
        </div>
        <Tabs />
      </main>
    </>
  );
}

const tabs: readonly { id: Tab; label: string; panel: () => preact.JSX.Element }[] = [
  { id: "ask", label: "Ask", panel: AskTab },
  { id: "cost", label: "Cost", panel: CostTab },
  { id: "code", label: "Code", panel: CodeTab },
];

/** Tabs as the ARIA practices describe them: one is in the tab order, arrows go from one to the next. */
function Tabs() {
  const list = useRef<HTMLDivElement>(null);
  const Panel = tabs.find(({ id }) => id === tab.value)?.panel ?? AskTab;
  function onKeyDown(event: KeyboardEvent): void {
    const index = tabs.findIndex(({ id }) => id === tab.value);
    const places: Record<string, number> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: -1 };
    const place = places[event.key];
    const next = place === undefined ? undefined : tabs.at(place % tabs.length);
    if (next === undefined) return;
    event.preventDefault();
    tab.value = next.id;
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  }
  return (
    <div class="card tabs">
      <div ref={list} class="tab-list" role="tablist" aria-label="What to do with it" onKeyDown={onKeyDown}>
        {tabs.map(({ id, label }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={tab.value === id}
            aria-controls="panel"
            tabIndex={tab.value === id ? 0 : -1}
            onClick={() => {
              tab.value = id;
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <section id="panel" class="panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`}>
        <Panel />
      </section>
    </div>
  );
}
