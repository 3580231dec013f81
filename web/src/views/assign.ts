/** What controls do with what they are given: it becomes the value of a signal. */

import type { Signal } from "@preact/signals";

export function assign<Value>(target: Signal<Value>): (value: Value) => void {
  return (value) => {
    target.value = value;
  };
}

/** The same, from the event of a field that is typed into or a list that is chosen from. */
export function assignText(target: Signal<string>): (event: { currentTarget: { value: string } }) => void {
  return ({ currentTarget }) => {
    target.value = currentTarget.value;
  };
}
