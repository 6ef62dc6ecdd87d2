import { ApiProblem } from '../../../api/problem.js'
import type { AnyWord, Words } from '../../../words/words.js'

/** What the fields of a definition are called in the form; those without a name of their own are passed over. */
const NAMES: Readonly<Record<string, AnyWord | undefined>> = {
  slug: 'col.id',
  name: 'col.name',
  state: 'col.channel-code',
  account: 'corps.name',
  place: 'way.edit.place',
  confirm: 'way.edit.confirm',
  staff: 'col.staff',
  slots: 'way.edit.by.shifts',
  holidays: 'way.edit.holidays',
  spare: 'way.edit.spare',
  dailyCap: 'way.edit.cap',
  remark: 'way.edit.remark',
  tags: 'col.tags',
  called: 'way.edit.called',
  welcome: 'way.edit.welcome',
  when: undefined,
  days: 'way.edit.days',
  hours: 'way.edit.hours',
  from: 'way.edit.from',
  until: 'way.edit.until',
  text: 'reply.text',
  image: 'reply.image',
  video: 'way.edit.video',
  article: 'reply.article',
  card: 'reply.card',
  params: 'card.params',
  link: 'way.edit.link',
  title: 'way.edit.link.title',
  url: 'way.edit.link.url',
  description: 'way.edit.link.description',
  picture: 'way.edit.link.picture',
  invite: 'reply.invite',
}

/** `slots[1].when.hours[0]` as the form calls it: its row by number, and the field. */
export function placeOf(field: string, t: Words['t']): string {
  const [, list = '', index = '', rest = ''] = /^(slots|holidays|welcome)\[(\d+)\]\.?(.*)$/.exec(field) ?? []
  const n = Number(index) + 1
  const row = list === '' ? [] : [list === 'slots' ? t('way.edit.slot', { n }) : `${nameOf(list, t)} ${n}`]
  const steps = (list === '' ? field : rest).split('.').map((step) => step.replace(/(\[\d+\])+$/, ''))
  // The slug of a card is the card.
  const names = steps
    .filter((step) => step !== 'slug' || list === '')
    .map((step) => nameOf(step, t))
    .filter((name) => name !== '')
  return [...row, ...names].join(' · ')
}

/** The problem with its fields called as in the form, each thing said once. */
export function placed(problem: ApiProblem, t: Words['t']): ApiProblem {
  const { status, code, message, fields } = problem
  if (fields.length === 0) return problem
  const named = fields.map((one) => ({ ...one, field: placeOf(one.field, t) }))
  const said = named.map(({ field, message: about }) => `${field}:${about}`)
  return new ApiProblem(status, code, message, { fields: named.filter((_, at) => said.indexOf(said[at] ?? '') === at) })
}

function nameOf(step: string, t: Words['t']): string {
  if (!Object.hasOwn(NAMES, step)) return step
  const word = NAMES[step]
  return word === undefined ? '' : t(word)
}
