import { answerJson, answerText, type Exchange, formFields, readBody } from './http-exchange.ts';
import { isObject, type JsonObject, parseJson, stringIn } from './json.ts';
import { respond } from './outgoing/response-urls.ts';
import { Refusal } from './web-api/call.ts';
import type { World } from './world.ts';

/** POST to a response_url. Refusals are HTTP 404 with a JSON body, as Slack's are. */
export async function serveResponseUrl(world: World, { request, response, url }: Exchange): Promise<void> {
  const body = (await readBody(request)).toString();
  const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
  const parsed = isJson
    ? parseJson(body)
    : (parseJson(stringIn(formFields(body).payload)) ?? formFields(body));
  const end = world.log.begin({
    at: world.clock.now(),
    direction: 'in',
    transport: 'http',
    name: 'response_url',
    method: 'POST',
    url: url.pathname.split('/').slice(0, 3).join('/'),
    requestBody: JSON.stringify(parsed ?? body, null, 2),
  });
  const refusal = answerTo(world, url.pathname, isObject(parsed) ? parsed : undefined);
  const status = refusal ? 404 : 200;
  const answer = refusal ? JSON.stringify({ ok: false, error: refusal.code }) : 'ok';
  answerText(response, status, answer, { 'content-type': refusal ? 'application/json' : 'text/html' });
  const errors = refusal?.extra.errors;
  end({
    latencyMs: 0,
    status,
    ok: !refusal,
    responseBody: answer,
    findings: Array.isArray(errors) ? errors.map(String) : [],
    ...(refusal ? { error: refusal.code } : {}),
  });
}

function answerTo(world: World, path: string, body: JsonObject | undefined): Refusal | undefined {
  try {
    const target = world.responseUrls.find(path);
    if (!target) throw new Refusal('no_service');
    if ('error' in target) throw new Refusal(target.error);
    if (!body) throw new Refusal('invalid_payload');
    respond(world, target, body);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The bytes of a file, to the address that files.getUploadURLExternal gave. */
export async function serveUpload(world: World, { request, response, url }: Exchange): Promise<void> {
  const token = url.pathname.split('/').at(-1);
  const file = Object.values(world.state.files).find(
    (each) => each.uploadToken === token && each.content === null,
  );
  if (!file) return answerText(response, 404, 'not_found', { 'content-type': 'text/plain' });
  const bytes = await uploadedBytes(request.headers['content-type'] ?? '', await readBody(request));
  if (bytes.length !== file.length)
    return answerText(response, 400, 'length mismatch', { 'content-type': 'text/plain' });
  file.content = bytes.toString('base64');
  world.save();
  answerText(response, 200, `OK - ${bytes.length}`, { 'content-type': 'text/plain' });
}

/** Raw bytes, or the one file of a multipart form. */
async function uploadedBytes(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const parsed = new Response(new Uint8Array(body), { headers: { 'content-type': contentType } });
  for (const [, value] of await parsed.formData())
    if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
  return Buffer.alloc(0);
}

export function serveFile(world: World, { response, url }: Exchange): void {
  const file = world.state.files[url.pathname.split('/')[2] ?? ''];
  if (!file?.content) return void answerJson(response, 404, { ok: false, error: 'file_not_found' });
  answerText(response, 200, Buffer.from(file.content, 'base64'), {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
}
