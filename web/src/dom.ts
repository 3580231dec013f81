/** Making and finding elements, typed. */

type Child = Node | string | null | undefined | false;
type Properties<Tag extends keyof HTMLElementTagNameMap> = {
  [Name in keyof HTMLElementTagNameMap[Tag]]?: HTMLElementTagNameMap[Tag][Name];
};

/** An element with properties (`className`, `textContent`, …) and children; whatever is falsy is left out. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties<Tag> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The element of index.html with that id. A missing one is a mistake of ours, so it throws. */
export function find<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} with the id "${id}".`);
  return element;
}

/** The terms and descriptions of a `<dl>`, each pair in a group of its own for layout. */
export function facts(rows: readonly (readonly [term: string, description: Node | string])[]): HTMLDListElement {
  const groups = rows.map(([term, description]) =>
    make("div", {}, make("dt", { textContent: term }), make("dd", {}, description)),
  );
  return make("dl", { className: "facts" }, ...groups);
}
