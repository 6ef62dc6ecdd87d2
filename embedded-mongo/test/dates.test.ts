import { Timestamp } from 'bson'
import { evalExpr } from '../expr/index.js'
import { at, code, oid, table } from './known-answers.js'

type Row = [string, unknown, unknown]
const d = at('2024-03-10T18:30:15.123Z')
const run = (e: unknown) => evalExpr({ d, z: null }, e)
const shanghai = 'Asia/Shanghai'
const newYork = 'America/New_York'

const parts: Row[] = [
  ['$year', { $year: '$d' }, 2024],
  ['$month', { $month: '$d' }, 3],
  ['$dayOfMonth', { $dayOfMonth: '$d' }, 10],
  ['$dayOfWeek of a Sunday', { $dayOfWeek: '$d' }, 1],
  ['$isoDayOfWeek of a Sunday', { $isoDayOfWeek: '$d' }, 7],
  ['$dayOfYear in a leap year', { $dayOfYear: '$d' }, 70],
  ['$hour', { $hour: '$d' }, 18],
  ['$hour in a time zone', { $hour: { date: '$d', timezone: shanghai } }, 2],
  ['$dayOfMonth in a time zone', { $dayOfMonth: { date: '$d', timezone: shanghai } }, 11],
  ['$hour with an offset', { $hour: { date: '$d', timezone: '+05:30' } }, 0],
  ['$hour with a short offset', { $hour: { date: '$d', timezone: '-08' } }, 10],
  ['$minute', { $minute: '$d' }, 30],
  ['$second', { $second: '$d' }, 15],
  ['$millisecond', { $millisecond: '$d' }, 123],
  ['$week', { $week: '$d' }, 10],
  ['$isoWeek', { $isoWeek: '$d' }, 10],
  ['$isoWeek of 1 January 2021', { $isoWeek: at('2021-01-01') }, 53],
  ['$isoWeekYear of 1 January 2021', { $isoWeekYear: at('2021-01-01') }, 2020],
  ['$week of 1 January on a Sunday', { $week: at('2023-01-01') }, 1],
  ['$week of 1 January on a Monday', { $week: at('2024-01-01') }, 0],
  ['$year of an ObjectId', { $year: oid(1) }, 1970],
  ['$year of a timestamp', { $year: new Timestamp({ t: 1710095415, i: 1 }) }, 2024],
  ['$year of null', { $year: '$z' }, null],
  ['$year with a null time zone', { $year: { date: '$d', timezone: '$z' } }, null],
  ['$year of text', { $year: 'x' }, code(16006)],
  ['an unknown time zone', { $year: { date: '$d', timezone: 'Mars/Base' } }, code(40485)],
  [
    '$dateToParts',
    { $dateToParts: { date: '$d' } },
    { year: 2024, month: 3, day: 10, hour: 18, minute: 30, second: 15, millisecond: 123 },
  ],
  [
    '$dateToParts by ISO week',
    { $dateToParts: { date: at('2021-01-01'), iso8601: true } },
    { isoWeekYear: 2020, isoWeek: 53, isoDayOfWeek: 5, hour: 0, minute: 0, second: 0, millisecond: 0 },
  ],
]

const texts: Row[] = [
  ['$dateToString', { $dateToString: { date: '$d' } }, '2024-03-10T18:30:15.123Z'],
  ['with a format', { $dateToString: { date: '$d', format: '%Y/%m/%d %H:%M:%S.%L' } }, '2024/03/10 18:30:15.123'],
  ['in a time zone', { $dateToString: { date: '$d', format: '%Y-%m-%d %H', timezone: shanghai } }, '2024-03-11 02'],
  ['in a time zone without a format', { $dateToString: { date: '$d', timezone: shanghai } }, '2024-03-11T02:30:15.123'],
  ['days and weeks', { $dateToString: { date: '$d', format: '%j %u %w %U %V %G %%' } }, '070 7 1 10 10 2024 %'],
  ['offsets', { $dateToString: { date: '$d', format: '%z %Z', timezone: shanghai } }, '+0800 +480'],
  ['an unknown specifier', { $dateToString: { date: '$d', format: '%Q' } }, code(18536)],
  ['of null', { $dateToString: { date: '$z' } }, null],
  ['of null with onNull', { $dateToString: { date: '$z', onNull: '-' } }, '-'],
  ['an unknown argument', { $dateToString: { date: '$d', x: 1 } }, code(9)],
  ['$dateFromString', { $dateFromString: { dateString: '2024-03-10T18:30:15.123Z' } }, d],
  [
    'with an offset in the text',
    { $dateFromString: { dateString: '2024-03-10T20:30:15+02:00' } },
    at('2024-03-10T18:30:15Z'),
  ],
  [
    'with a time zone',
    { $dateFromString: { dateString: '2024-03-11 02:30', timezone: shanghai } },
    at('2024-03-10T18:30:00Z'),
  ],
  [
    'with a format to read',
    { $dateFromString: { dateString: '10/03/2024', format: '%d/%m/%Y' } },
    at('2024-03-10T00:00:00Z'),
  ],
  ['text that does not fit the format', { $dateFromString: { dateString: 'x', format: '%d/%m/%Y' } }, code(241)],
  ['onError', { $dateFromString: { dateString: 'x', onError: 'e' } }, 'e'],
  ['onNull', { $dateFromString: { dateString: '$z', onNull: 'n' } }, 'n'],
  ['loose text is not supported', { $dateFromString: { dateString: 'Mar 10 2024' } }, code(115)],
]

const math: Row[] = [
  [
    '$dateAdd a month at its end',
    { $dateAdd: { startDate: at('2024-01-31'), unit: 'month', amount: 1 } },
    at('2024-02-29'),
  ],
  [
    '$dateAdd a year from 29 February',
    { $dateAdd: { startDate: at('2024-02-29'), unit: 'year', amount: 1 } },
    at('2025-02-28'),
  ],
  ['$dateAdd quarters', { $dateAdd: { startDate: at('2024-01-31'), unit: 'quarter', amount: 1 } }, at('2024-04-30')],
  ['$dateAdd weeks', { $dateAdd: { startDate: at('2024-01-01'), unit: 'week', amount: 2 } }, at('2024-01-15')],
  [
    '$dateAdd hours',
    { $dateAdd: { startDate: at('2024-01-01'), unit: 'hour', amount: -1 } },
    at('2023-12-31T23:00:00Z'),
  ],
  [
    '$dateAdd a day over a change of clocks',
    { $dateAdd: { startDate: at('2024-03-09T17:00:00Z'), unit: 'day', amount: 1, timezone: newYork } },
    at('2024-03-10T16:00:00Z'),
  ],
  ['$dateSubtract', { $dateSubtract: { startDate: at('2024-03-31'), unit: 'month', amount: 1 } }, at('2024-02-29')],
  ['$dateAdd null', { $dateAdd: { startDate: '$z', unit: 'day', amount: 1 } }, null],
  ['$dateAdd an unknown unit', { $dateAdd: { startDate: '$d', unit: 'moon', amount: 1 } }, code(9)],
  ['$dateAdd half a day', { $dateAdd: { startDate: '$d', unit: 'day', amount: 0.5 } }, code(5166405)],
  ['$dateDiff in months', { $dateDiff: { startDate: at('2024-01-31'), endDate: at('2024-03-01'), unit: 'month' } }, 2],
  [
    '$dateDiff in days',
    { $dateDiff: { startDate: at('2024-01-31T23:00:00Z'), endDate: at('2024-02-01T01:00:00Z'), unit: 'day' } },
    1,
  ],
  [
    '$dateDiff in days in a time zone',
    {
      $dateDiff: {
        startDate: at('2024-01-31T15:00:00Z'),
        endDate: at('2024-01-31T17:00:00Z'),
        unit: 'day',
        timezone: shanghai,
      },
    },
    1,
  ],
  ['$dateDiff backwards', { $dateDiff: { startDate: at('2024-02-01'), endDate: at('2024-01-01'), unit: 'day' } }, -31],
  [
    '$dateDiff in weeks from Sunday',
    { $dateDiff: { startDate: at('2024-03-09'), endDate: at('2024-03-10'), unit: 'week' } },
    1,
  ],
  [
    '$dateDiff in weeks from Monday',
    { $dateDiff: { startDate: at('2024-03-09'), endDate: at('2024-03-10'), unit: 'week', startOfWeek: 'monday' } },
    0,
  ],
  [
    '$dateDiff in hours counts boundaries',
    { $dateDiff: { startDate: at('2024-01-01T00:59:00Z'), endDate: at('2024-01-01T01:01:00Z'), unit: 'hour' } },
    1,
  ],
  [
    '$dateDiff in quarters',
    { $dateDiff: { startDate: at('2023-12-31'), endDate: at('2024-07-01'), unit: 'quarter' } },
    3,
  ],
  ['$dateTrunc to the day', { $dateTrunc: { date: '$d', unit: 'day' } }, at('2024-03-10')],
  [
    '$dateTrunc to the day in a time zone',
    { $dateTrunc: { date: '$d', unit: 'day', timezone: shanghai } },
    at('2024-03-10T16:00:00Z'),
  ],
  ['$dateTrunc to the week from Sunday', { $dateTrunc: { date: at('2024-03-13'), unit: 'week' } }, at('2024-03-10')],
  [
    '$dateTrunc to the week from Monday',
    { $dateTrunc: { date: at('2024-03-13'), unit: 'week', startOfWeek: 'mon' } },
    at('2024-03-11'),
  ],
  ['$dateTrunc to the month', { $dateTrunc: { date: '$d', unit: 'month' } }, at('2024-03-01')],
  ['$dateTrunc to the quarter', { $dateTrunc: { date: at('2024-06-30'), unit: 'quarter' } }, at('2024-04-01')],
  [
    '$dateTrunc to 15 minutes',
    { $dateTrunc: { date: at('2024-03-10T18:44:59Z'), unit: 'minute', binSize: 15 } },
    at('2024-03-10T18:30:00Z'),
  ],
  ['$dateTrunc to two years', { $dateTrunc: { date: at('2023-05-01'), unit: 'year', binSize: 2 } }, at('2022-01-01')],
  [
    '$dateTrunc to the hour in a half-hour zone',
    { $dateTrunc: { date: at('2024-03-10T18:44:00Z'), unit: 'hour', timezone: '+05:30' } },
    at('2024-03-10T18:30:00Z'),
  ],
  ['$dateTrunc to two weeks is not supported', { $dateTrunc: { date: '$d', unit: 'week', binSize: 2 } }, code(115)],
  ['$dateFromParts', { $dateFromParts: { year: 2024, month: 3, day: 10, hour: 18 } }, at('2024-03-10T18:00:00Z')],
  ['$dateFromParts carries', { $dateFromParts: { year: 2024, month: 14, day: 1 } }, at('2025-02-01')],
  ['$dateFromParts in a time zone', { $dateFromParts: { year: 2024, timezone: shanghai } }, at('2023-12-31T16:00:00Z')],
  [
    '$dateFromParts by ISO week',
    { $dateFromParts: { isoWeekYear: 2020, isoWeek: 53, isoDayOfWeek: 5 } },
    at('2021-01-01'),
  ],
  ['$dateFromParts of null', { $dateFromParts: { year: '$z' } }, null],
  ['$dateFromParts without a year', { $dateFromParts: { month: 1 } }, code(40516)],
]

table('parts of dates', parts, run)
table('dates as text', texts, run)
table('date arithmetic', math, run)
