/**
 * Public holidays of mainland China, as people plan by them: days off, and weekend days that are worked in exchange. The
 * State Council publishes a year's arrangement in the autumn before; until then only the days of the law are known and no
 * exchange of days is.
 */
export interface Holiday {
  readonly id: string
  readonly zh: string
  readonly en: string
  /** First and last day off, both included: `2026-02-15`. */
  readonly from: string
  readonly to: string
  /** Weekend days that are worked for it. */
  readonly work: readonly string[]
  readonly source: string
  /** False: the State Council has not published that year's arrangement (or nobody has looked it up). */
  readonly verified: boolean
}

const NOTICE_2026 = '国务院办公厅关于2026年部分节假日安排的通知（2025-11-04，新华社）'
const LAW = '全国年节及纪念日放假办法（2025-01-01 起）：法定日，当年调休安排公布前'

const of2026 = day(NOTICE_2026, true)
const of2027 = day(LAW, false)

/** The years that are known here; add a year when its notice is out. */
export const holidays: readonly Holiday[] = [
  of2026('new-year', '元旦', 'New Year', '2026-01-01', '2026-01-03', ['2026-01-04']),
  of2026('spring', '春节', 'Spring Festival', '2026-02-15', '2026-02-23', ['2026-02-14', '2026-02-28']),
  of2026('qingming', '清明节', 'Qingming', '2026-04-04', '2026-04-06'),
  of2026('labour', '劳动节', 'Labour Day', '2026-05-01', '2026-05-05', ['2026-05-09']),
  of2026('dragon-boat', '端午节', 'Dragon Boat Festival', '2026-06-19', '2026-06-21'),
  of2026('mid-autumn', '中秋节', 'Mid-Autumn Festival', '2026-09-25', '2026-09-27'),
  of2026('national', '国庆节', 'National Day', '2026-10-01', '2026-10-07', ['2026-09-20', '2026-10-10']),
  of2027('new-year', '元旦', 'New Year', '2027-01-01', '2027-01-01'),
  of2027('spring', '春节', 'Spring Festival', '2027-02-05', '2027-02-08'),
  of2027('qingming', '清明节', 'Qingming', '2027-04-05', '2027-04-05'),
  of2027('labour', '劳动节', 'Labour Day', '2027-05-01', '2027-05-02'),
  of2027('dragon-boat', '端午节', 'Dragon Boat Festival', '2027-06-09', '2027-06-09'),
  of2027('mid-autumn', '中秋节', 'Mid-Autumn Festival', '2027-09-15', '2027-09-15'),
  of2027('national', '国庆节', 'National Day', '2027-10-01', '2027-10-03'),
]

function day(source: string, verified: boolean) {
  return (id: string, zh: string, en: string, from: string, to: string, work: readonly string[] = []): Holiday => ({
    ...{ id, zh, en, from, to, work, source, verified },
  })
}
