import type { IncomingMessage } from "node:http";
import { maxRequestBytes } from "./limits.js";
import { bodyTooLarge } from "./service-error.js";

/**
 * A request's body. One that is too large is refused by its declared length at once, or else at the first byte too many;
 * the rest is not read.
 */
export function readBody(request: IncomingMessage, limitBytes = maxRequestBytes): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const refuse = (): void => {
      request.off("data", collect).pause();
      request.read(0); // a body that nobody ever asked for would be read to its end and thrown away
      reject(bodyTooLarge(limitBytes));
    };
    const collect = (chunk: Buffer): void => {
      received += chunk.length;
      if (received > limitBytes) refuse();
      else chunks.push(chunk);
    };
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
    if (Number(request.headers["content-length"] ?? 0) > limitBytes) refuse();
    else request.on("data", collect);
  });
}
