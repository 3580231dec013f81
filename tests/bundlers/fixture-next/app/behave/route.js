import { run } from "../../behaviour.mjs";

export async function POST(request) {
  return Response.json(await run(await request.json()));
}
