/** One event of a stream (`text/event-stream`). */
export interface StreamEvent {
  type: string
  data: string
  id?: string
}

/** What came out of a piece of a stream. */
export interface Parsed {
  events: StreamEvent[]
  /** The server's wish for the pause before the next try. */
  retryMs?: number
}

/** Cuts a stream into events as the HTML standard says; pieces may end anywhere, also within a line or its end. */
export function createEventParser(): (piece: string) => Parsed {
  let rest = ''
  let data: string[] = []
  let type = ''
  let id: string | undefined
  let first = true

  return (piece) => {
    const parsed: Parsed = { events: [] }
    rest += piece
    if (first && rest !== '') {
      if (rest.startsWith('\uFEFF')) rest = rest.slice(1)
      first = false
    }
    const held = rest.endsWith('\r') ? '\r' : ''
    const lines = (held ? rest.slice(0, -1) : rest).split(/\r\n|\r|\n/)
    rest = `${lines.pop() ?? ''}${held}`
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) {
          parsed.events.push({ type: type || 'message', data: data.join('\n'), ...(id !== undefined && { id }) })
        }
        data = []
        type = ''
        continue
      }
      const colon = line.indexOf(':')
      const field = colon < 0 ? line : line.slice(0, colon)
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
      if (field === 'data') data.push(value)
      else if (field === 'event') type = value
      else if (field === 'id' && !value.includes('\0')) id = value
      else if (field === 'retry' && /^\d{1,7}$/.test(value)) parsed.retryMs = Number(value)
    }
    return parsed
  }
}
