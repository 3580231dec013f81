/** The policy of the other pages, and a nonce for the inline scripts of Next's own. */
import { NextResponse } from "next/server";

export function proxy(request) {
  const policy = process.env.POLICY.replace("script-src", `script-src 'nonce-${crypto.randomUUID()}'`);
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  return response;
}
