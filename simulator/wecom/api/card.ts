import { limits } from '../../../rules/wecom/limits.js'
import { asRecord, type JsonRecord, list, record } from '../../json.js'
import { needText, Refusal, textIn } from './answer.js'

const TASK = /^[0-9A-Za-z_\-@]+$/
const PRESSED = new Set(['button_interaction', 'vote_interaction', 'multiple_interaction'])

/** Whether pressing it makes an event: a card with buttons or choices, or with a menu in its corner. */
export const takesPress = (card: JsonRecord): boolean =>
  PRESSED.has(String(card['card_type'])) || record(card, 'action_menu') !== undefined

/** A template card that holds everything its type needs; 40058 names what is wrong. Long texts are only cut on screen. */
export function cardOf(card: JsonRecord | undefined): JsonRecord {
  if (!card) throw new Refusal(40063, 'template_card')
  const type = needText(card, 'card_type', 40058)
  const task = textIn(card, 'task_id')
  if (task !== '' && (!TASK.test(task) || Buffer.byteLength(task) > limits.cardTaskIdBytes.value)) wrong('task_id')
  if (takesPress(card) && task === '') wrong('task_id is needed')
  atMost(card, 'horizontal_content_list', limits.cardFacts.value)
  atMost(card, 'jump_list', limits.cardJumps.value)
  const menu = record(card, 'action_menu')
  if (menu) keyed(rowsOf(menu, 'action_list', limits.cardMenuItems.value), 'action_menu.action_list')
  switch (type) {
    case 'text_notice':
      if (!title(card) && textIn(card, 'sub_title_text') === '') wrong('main_title or sub_title_text')
      if (!record(card, 'card_action')) wrong('card_action is needed')
      return card
    case 'news_notice':
      if (!record(card, 'card_image') && !record(card, 'image_text_area')) wrong('card_image or image_text_area')
      if (!record(card, 'card_action')) wrong('card_action is needed')
      atMost(card, 'vertical_content_list', limits.cardParagraphs.value)
      return card
    case 'button_interaction': {
      const buttons = rowsOf(card, 'button_list', limits.cardButtons.value)
      keyed(
        buttons.filter((button) => button['type'] !== 1),
        'button_list',
      )
      return card
    }
    case 'vote_interaction':
      rowsOf(record(card, 'checkbox') ?? {}, 'option_list', limits.cardVoteOptions.value)
      keyed([record(card, 'submit_button') ?? {}], 'submit_button')
      return card
    case 'multiple_interaction':
      for (const select of rowsOf(card, 'select_list', limits.cardSelections.value)) {
        rowsOf(select, 'option_list', limits.cardOptions.value)
      }
      keyed([record(card, 'submit_button') ?? {}], 'submit_button')
      return card
    default:
      return wrong(`card_type ${type}`)
  }
}

/** Keys that a press of the card may name: buttons, the submit button, the menu's items. */
export function keysOf(card: JsonRecord): { buttons: string[]; menu: string[] } {
  const keys = (items: unknown[] | undefined) => (items ?? []).map((item) => String(asRecord(item)?.['key'] ?? ''))
  const buttons = (list(card, 'button_list') ?? []).filter((item) => asRecord(item)?.['type'] !== 1)
  const submit = record(card, 'submit_button')
  return {
    buttons: [...keys(buttons), ...(submit ? keys([submit]) : [])],
    menu: keys(list(record(card, 'action_menu'), 'action_list')),
  }
}

const title = (card: JsonRecord) => textIn(record(card, 'main_title') ?? {}, 'title') !== ''

function rowsOf(card: JsonRecord, name: string, most: number): JsonRecord[] {
  const rows = (list(card, name) ?? []).map((item) => asRecord(item) ?? {})
  if (rows.length === 0 || rows.length > most) wrong(`${name} has 1 to ${most} items`)
  return rows
}

function keyed(rows: readonly JsonRecord[], name: string): void {
  for (const row of rows) {
    const [words, key] = [textIn(row, 'text'), textIn(row, 'key')]
    if (words === '' || key === '' || Buffer.byteLength(key) > limits.cardKeyBytes.value) wrong(`${name}: text and key`)
  }
}

function atMost(card: JsonRecord, name: string, most: number): void {
  if ((list(card, name)?.length ?? 0) > most) wrong(`${name} has at most ${most} items`)
}

function wrong(detail: string): never {
  throw new Refusal(40058, detail)
}
