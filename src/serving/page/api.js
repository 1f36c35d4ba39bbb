// The server's side: one picture there, one answer back.

const TIMEOUT_MS = 90_000, RETRIES = 3;

export class Problem extends Error {
  // code: a key of words.js. message: the server's own sentence, or "". id: the request's, or "".
  constructor(code, message = "", id = "") {
    super(message);
    this.code = code;
    this.id = id;
  }
}

// Sends a picture and returns the answer. A busy server is asked again when it says so.
// tell(stage, share): "sending" with the share sent so far, "reading", or "queueing".
export async function read(file, tell, signal) {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    const { status, body, wait } = await post(file, tell, signal);
    if (status === 200 && Array.isArray(body?.plates)) return body;
    const code = body?.error?.code;
    if (code !== "busy" || tries === RETRIES) throw new Problem(code ?? "unknown", body?.error?.message, body?.request_id);
    tell("queueing");
    await pause(Math.min(wait, 10) * 1000, signal);
  }
}

// XMLHttpRequest, because fetch does not say how much was sent.
function post(file, tell, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(), form = new FormData();
    form.append("file", file, file.name || "picture");
    request.open("POST", "predict");
    request.timeout = TIMEOUT_MS;
    request.upload.onprogress = (event) => event.lengthComputable && tell("sending", event.loaded / event.total);
    request.upload.onload = () => tell("reading");
    request.onload = () => resolve({
      status: request.status,
      body: parse(request.responseText),
      wait: Number(request.getResponseHeader("Retry-After")) || 1,
    });
    request.onerror = () => reject(new Problem("network"));
    request.ontimeout = () => reject(new Problem("timeout"));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

// What the server says of itself (its model, and whether it collects pictures), or null when it does not answer.
export async function askServer() {
  try {
    const response = await fetch("readyz");
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

// Says what is right about a picture that was read; returns whether the server keeps it. Throws a Problem.
export async function sendFeedback(file, token, texts) {
  const form = new FormData();
  form.append("file", file, file.name || "picture");
  form.append("token", token);
  for (const text of texts) form.append("text", text);
  const response = await fetch("feedback", { method: "POST", body: form }).catch(() => null);
  if (!response) throw new Problem("network");
  const body = parse(await response.text());
  if (!response.ok) throw new Problem(body?.error?.code ?? "unknown", body?.error?.message, body?.request_id);
  return body?.kept === true;
}

export async function listSamples() {
  try {
    const response = await fetch("samples");
    return response.ok ? await response.json() : [];
  } catch {
    return [];
  }
}

export async function fetchSample(name) {
  const response = await fetch(`samples/${encodeURIComponent(name)}`).catch(() => null);
  if (!response?.ok) throw new Problem(response ? "not_found" : "network");
  return new File([await response.blob()], name, { type: "image/jpeg" });
}

// The command that gets the same answer; a sample is fetched first.
export function curlLine(name, isSample) {
  const server = new URL(".", location.href).href;
  if (isSample) return `curl -s ${server}samples/${name} | curl -F file=@- ${server}predict`;
  if (/^[\w.-]+$/.test(name)) return `curl -F file=@${name} ${server}predict`;
  const quoted = name.replace(/[\\"]/g, "\\$&").replace(/'/g, "'\\''");
  return `curl -F 'file=@"${quoted}"' ${server}predict`;
}
