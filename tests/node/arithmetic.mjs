/**
 * Evaluates an estimate's explanation, exactly: "⌊√(1120 × 3 / 2)⌋ × ⌊√(1120 × 2 / 3)⌋ = 40 × 27 = 1080: words". Numbers are
 * fractions of whole numbers, and a root stays a root until it is rounded down, so nothing hides in a rounding error.
 */
import assert from "node:assert/strict";

const fraction = (top, bottom = 1n) => (bottom < 0n ? { top: -top, bottom: -bottom } : { top, bottom });

function decimal(text) {
  const [mantissa, exponent = "0"] = text.split("e");
  const [whole, tail = ""] = mantissa.split(".");
  const shift = Number(exponent) - tail.length;
  const digits = BigInt(whole + tail);
  return shift >= 0 ? fraction(digits * 10n ** BigInt(shift)) : fraction(digits, 10n ** BigInt(-shift));
}

const add = (a, b) => fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
const subtract = (a, b) => add(a, fraction(-b.top, b.bottom));
const multiply = (a, b) => fraction(a.top * b.top, a.bottom * b.bottom);
const divide = (a, b) => fraction(a.top * b.bottom, a.bottom * b.top);
const less = (a, b) => a.top * b.bottom < b.top * a.bottom;

function floor({ top, bottom, isRoot }) {
  const down = top / bottom - (top < 0n && top % bottom !== 0n ? 1n : 0n);
  return fraction(isRoot ? rootDown(down) : down);
}

const ceil = (value) => fraction(-floor(fraction(-value.top, value.bottom)).top);
const round = (value) => floor(add(value, fraction(1n, 2n)));

/** The largest n with n · n ≤ value, by halving. */
function rootDown(value) {
  let [low, high] = [0n, value + 1n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle <= value) low = middle;
    else high = middle;
  }
  return low;
}

class Expression {
  #tokens;
  #at = 0;

  constructor(text) {
    this.#tokens = text.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|min|round|[×+−/⌈⌉⌊⌋√(),]|\S/g) ?? [];
  }

  value() {
    const value = this.#sum();
    assert.equal(this.#at, this.#tokens.length, `"${this.#tokens[this.#at]}" is left over`);
    assert.ok(!value.isRoot, "a root that nobody rounds");
    return value;
  }

  #take(...wanted) {
    if (wanted.includes(this.#tokens[this.#at])) return this.#tokens[this.#at++];
    return undefined;
  }

  #need(wanted) {
    assert.equal(this.#take(wanted), wanted, `expected ${wanted} in ${this.#tokens.join(" ")}`);
  }

  #chain(operand, operations) {
    let value = operand();
    for (let sign = this.#take(...Object.keys(operations)); sign; sign = this.#take(...Object.keys(operations))) {
      value = operations[sign](value, operand());
    }
    return value;
  }

  #sum() {
    return this.#chain(() => this.#product(), { "+": add, "−": subtract });
  }

  #product() {
    return this.#chain(() => this.#atom(), { "×": multiply, "/": divide });
  }

  #within(close) {
    const value = this.#sum();
    this.#need(close);
    return value;
  }

  #atom() {
    if (this.#take("(")) return this.#within(")");
    if (this.#take("⌈")) return ceil(this.#within("⌉"));
    if (this.#take("⌊")) return floor(this.#within("⌋"));
    if (this.#take("√")) return { ...this.#atom(), isRoot: true };
    if (this.#take("round")) {
      this.#need("(");
      return round(this.#within(")"));
    }
    if (this.#take("min")) {
      this.#need("(");
      const one = this.#within(",");
      const other = this.#within(")");
      return less(one, other) ? one : other;
    }
    const number = this.#tokens[this.#at++];
    assert.match(number ?? "the end", /^\d/, "expected a number");
    return decimal(number);
  }
}

/** Each member of the chain as a number. */
export function chainOf(explanation) {
  const chain = explanation.slice(0, explanation.indexOf(":"));
  return chain.split(" = ").map((text) => {
    const { top, bottom } = new Expression(text).value();
    return Number(top) / Number(bottom);
  });
}

export function assertHolds({ tokens, explanation }, what = "") {
  assert.ok(explanation.includes(": "), explanation);
  for (const value of chainOf(explanation)) assert.equal(value, tokens, `${what} ${explanation}`);
}
