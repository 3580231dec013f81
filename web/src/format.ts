/** Numbers and names as people read them. */

import type { MediaInfo } from "gemini-vision-wasm";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Always so many decimals, so that a column of amounts lines up. */
function usd(value: number, decimals: number): string {
  const least = 10 ** -decimals;
  if (value > 0 && value < least) return `<$${least.toFixed(decimals)}`;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return `$${value.toLocaleString("en-US", digits)}`;
}

/** What one call costs: a single picture is a fraction of a cent. */
export function usdPerCall(value: number): string {
  return usd(value, value >= 1 ? 2 : 6);
}

/** What a month costs: cents until it is hundreds. */
export function usdPerMonth(value: number): string {
  return usd(value, value >= 1000 ? 0 : 2);
}

export function bytes(value: number): string {
  if (value < 1000) return plural(value, "byte");
  const [amount, unit] = value < 1e6 ? [value / 1e3, "KB"] : [value / 1e6, "MB"];
  return `${amount.toFixed(amount < 100 ? 1 : 0)} ${unit}`;
}

export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** "1:05", "1:02:03" */
export function clock(seconds: number): string {
  const rest = Math.round(seconds);
  const parts = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** "2026-11-22" → "Nov 22, 2026", never broken across lines. */
export function day(iso: string): string {
  const words = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return new Date(`${iso}T00:00Z`).toLocaleDateString("en-US", words).replaceAll(" ", "\u00a0");
}

export function size(width: number, height: number): string {
  return `${width} × ${height}`;
}

/** A file's name once it was written in another format: what it ends with says what it is. */
export function sentName(name: string, { source, info }: { source: MediaInfo; info: MediaInfo }): string {
  if (source.format === info.format) return name;
  return `${name.replace(/\.\w+$/, "")}.${info.format === "jpeg" ? "jpg" : info.format}`;
}
