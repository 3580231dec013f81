import assert from "node:assert/strict";
import { InputError } from "gemini-vision-wasm";

/** That a call ends with an InputError of this code. @returns it */
export async function refused(promise, code, message) {
  const error = await promise.then(
    () => assert.fail("it was taken"),
    (reason) => reason,
  );
  assert.ok(error instanceof InputError, String(error));
  assert.equal(error.code, code, error.message);
  if (message) assert.match(error.message, message);
  return error;
}
