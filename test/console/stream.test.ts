import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createEventParser, type StreamEvent } from '../../console/src/live/parse.js'
import { follow } from '../../console/src/live/stream.js'

const STREAM = ': hello\r\n\r\nid: 1\ndata: a\ndata: b\n\nevent: x\rdata:c\r\rretry: 50\ndata\n\nid: 2\ndata: 末\n\n'
const EVENTS = [
  { type: 'message', data: 'a\nb', id: '1' },
  { type: 'x', data: 'c', id: '1' },
  { type: 'message', data: '', id: '1' },
  { type: 'message', data: '末', id: '2' },
]

test('a stream is cut into the same events wherever its pieces end', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 8 }), (cuts) => {
      const parse = createEventParser()
      const ends = [...cuts, STREAM.length].toSorted((one, other) => one - other)
      const found = ends.flatMap((end, index) => parse(STREAM.slice(ends[index - 1] ?? 0, end)).events)
      expect(found).toEqual(EVENTS)
    }),
  )
})

test('a broken stream is opened again after the last event, and ends when nobody is signed in', async () => {
  const asked: (string | null)[] = []
  const pauses: number[] = []
  const answers = [
    () => new Response('id: 7\ndata: one\n\n', { status: 200 }),
    () => Promise.reject(new TypeError('gone')),
    () => new Response('id: 8\ndata: two\n\n', { status: 200 }),
    () => new Response('', { status: 401 }),
  ]
  const events: StreamEvent[] = []
  const states: string[] = []
  await follow(
    '/api/v1/x',
    {
      fetch: async (_, init) => {
        const headers = new Headers(init?.headers)
        expect(headers.get('x-background')).toBe('1')
        asked.push(headers.get('last-event-id'))
        const answer = answers.shift()
        if (!answer) throw new Error('asked too often')
        return answer()
      },
      pause: async (ms) => {
        pauses.push(ms)
      },
      reenter: async () => false,
    },
    {
      event: (event) => events.push(event),
      state: (state) => states.push(state),
      signal: new AbortController().signal,
    },
  )
  expect(asked).toEqual([null, '7', '7', '8'])
  expect(events.map(({ data }) => data)).toEqual(['one', 'two'])
  expect(pauses).toEqual([1000, 2000, 1000])
  expect(states).toEqual(['open', 'down', 'down', 'open', 'down', 'ended'])
})
