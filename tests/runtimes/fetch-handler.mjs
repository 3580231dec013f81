/** The behaviours in a handler of requests, for workerd. */
import { run } from "./behaviour.mjs";

export default {
  async fetch(request) {
    return Response.json(await run(await request.json()));
  },
};
