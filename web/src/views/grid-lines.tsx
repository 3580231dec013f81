import type { EstimatePart, Size } from "gemini-vision-wasm";

/** Where one cell or tile ends and the next begins. Tiles have an edge of their own, cells share the side evenly. */
function cuts(count: number, side: number, edge: number | undefined): number[] {
  return Array.from({ length: count - 1 }, (_, i) => (i + 1) * (edge ?? side / count)).filter((at) => at < side);
}

/** The cells or tiles that are billed, drawn over the frame they were counted for. Decoration: the caption says it. */
export function GridLines({ frame, part }: { frame: Size; part: EstimatePart }) {
  const { columns, rows } = part.grid ?? part.tiles ?? { columns: 1, rows: 1 };
  const across = cuts(columns, frame.width, part.tiles?.width).map((x) => `M${x} 0V${frame.height}`);
  const down = cuts(rows, frame.height, part.tiles?.height).map((y) => `M0 ${y}H${frame.width}`);
  const path = [...across, ...down, `M0 0H${frame.width}V${frame.height}H0Z`].join("");
  return (
    <svg
      class={`grid-lines${part.tiles ? " is-tiles" : ""}`}
      viewBox={`0 0 ${frame.width} ${frame.height}`}
      data-columns={columns}
      data-rows={rows}
      aria-hidden="true"
    >
      <path class="grid-halo" d={path} />
      <path d={path} />
    </svg>
  );
}
