/** Calls the control API; rejects with the words of its error. */
export async function control(method, path, body) {
  const init = method === 'GET' ? {} : { method, headers: { 'content-type': 'application/json' } }
  if (body !== undefined) init.body = JSON.stringify(body)
  const response = await fetch(`/control${path}`, init)
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`)
  return answer
}

/** Acts for one follower: `act(id, 'say', { text })`. */
export function act(id, verb, body = {}) {
  return control('POST', `/followers/${encodeURIComponent(id)}/${verb}`, body)
}

/**
 * Listens to what happens. `onHappening` gets each happening, `onOpen` is called after each (re)connection, `onLost`
 * when the connection breaks; the browser reconnects by itself.
 */
export function listen({ onHappening, onOpen, onLost }) {
  const source = new EventSource('/control/events')
  source.addEventListener('message', (event) => onHappening(JSON.parse(event.data)))
  source.addEventListener('open', onOpen)
  source.addEventListener('error', onLost)
}
