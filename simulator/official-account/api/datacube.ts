import { type DatacubeName, datacubeFirstDay, datacubeSpans } from '../../../rules/official-account/datacube.js'
import { shanghaiDay } from '../../clock.js'
import { type JsonRecord, text } from '../../json.js'
import { type Answer, type Call, type Endpoint, fail } from './answer.js'
import { type DayRow, datacubeRows } from './datacube-rows.js'
import { dayNumber, dayText } from './day-text.js'
import { posted } from './posted.js'

/** Statistics of what happened on this platform; endpoints whose maintenance was stopped are not here (40066). */
export const datacubeEndpoints: Record<string, Endpoint> = Object.fromEntries(
  Object.entries(datacubeSpans).map(([name, span]) => [
    `/datacube/${name}`,
    {
      method: 'POST',
      capability: 'statistics',
      run: posted((call, body) => answer(call, body, span, datacubeRows[name as DatacubeName])),
    } satisfies Endpoint,
  ]),
)

function answer(call: Call, body: JsonRecord, span: number, rows: (call: Call, day: number) => DayRow[]): Answer {
  const from = dayNumber(text(body, 'begin_date'))
  const to = dayNumber(text(body, 'end_date'))
  if (from === undefined || to === undefined) return fail(61500)
  if (to >= shanghaiDay(call.now) || from < (dayNumber(datacubeFirstDay) ?? 0)) return fail(61500)
  if (to < from || to - from + 1 > span) return fail(61501)
  const list: JsonRecord[] = []
  for (let day = from; day <= to; day++) {
    for (const row of rows(call, day)) list.push({ ref_date: dayText(day), ...row })
  }
  return { list, is_delay: false }
}
