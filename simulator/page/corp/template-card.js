import { button, h, picture, safeUrl } from '../dom.js'
import { icon } from '../icons.js'
import { w } from './words.js'

const SOURCE_COLOURS = ['grey', 'black', 'red', 'green']

/**
 * A template card as WeCom draws it. `world` gives openUrl(url, title), nameOf(userid) and press({key, selected}), which
 * is called for buttons that call back. A card that is done shows `label`, or that it was answered, in their place.
 */
export function templateCard({ card, state, label }, world) {
  const done = label ?? (state === 'done' ? w('cardDone') : undefined)
  const choices = {}
  const press = (key) =>
    world.press({
      key,
      selected: Object.fromEntries(Object.entries(choices).map(([question, options]) => [question, [...options]])),
    })
  const action = card.card_action
  const opens = action?.type === 1 ? safeUrl(action.url) : undefined
  const head = [
    card.source && source(card.source, card.action_menu, press),
    title(card.main_title),
    card.emphasis_content &&
      h('span', { class: 'tc-emphasis' }, h('b', {}, card.emphasis_content.title), card.emphasis_content.desc),
    card.card_image && picture(card.card_image.url, 'tc-image'),
    card.image_text_area && imageText(card.image_text_area),
    card.quote_area && quote(card.quote_area),
    card.sub_title_text && h('span', { class: 'tc-sub' }, card.sub_title_text),
    (card.vertical_content_list ?? []).map((item) =>
      h('span', { class: 'tc-vertical' }, h('b', {}, item.title), item.desc),
    ),
    rows(card.horizontal_content_list, world),
  ]
  const body = opens
    ? button(head, () => world.openUrl(opens, card.main_title?.title ?? ''), { class: 'tc-body' })
    : h('div', { class: 'tc-body' }, head)
  return h(
    'div',
    {
      class: 'tcard',
      testid: 'template-card',
      data: { card: card.card_type ?? '', ...(card.task_id && { task: card.task_id }) },
    },
    body,
    (card.jump_list ?? []).map((item) => jump(item, world)),
    questions(card, choices, done !== undefined),
    foot(card, press, world, done),
  )
}

function source({ desc, desc_color: colour = 0, icon_url: url }, menu, press) {
  const items = (menu?.action_list ?? []).map((item) =>
    button(item.text, () => press(item.key), { class: 'tc-menu-item', testid: 'card-menu', data: { key: item.key } }),
  )
  return h(
    'span',
    { class: `tc-source ${SOURCE_COLOURS[colour] ?? ''}` },
    url && picture(url, 'tc-source-icon'),
    h('span', {}, desc),
    items.length > 0 && h('span', { class: 'tc-menu', role: 'group', 'aria-label': menu.desc ?? '' }, items),
  )
}

function title(main) {
  if (!main) return undefined
  return h('span', { class: 'tc-title' }, h('b', {}, main.title), main.desc && h('small', {}, main.desc))
}

function quote({ title: head, quote_text: text }) {
  return h('span', { class: 'tc-quote' }, head && h('b', {}, head), text)
}

function imageText({ title: head, desc, image_url: url }) {
  return h('span', { class: 'tc-image-text' }, h('span', {}, h('b', {}, head), desc), picture(url, 'square'))
}

function rows(list = [], world = {}) {
  if (list.length === 0) return undefined
  return h(
    'span',
    { class: 'tc-rows' },
    list.map((item) =>
      h(
        'span',
        { class: 'tc-row' },
        h('i', {}, item.keyname),
        h('b', { class: item.type ? 'link' : '' }, item.type === 3 ? world.nameOf(item.userid) : item.value),
      ),
    ),
  )
}

function jump(item, world) {
  const url = safeUrl(item.url)
  const words = [h('span', {}, item.title), icon('chevron', 14)]
  return url
    ? button(words, () => world.openUrl(url, item.title), { class: 'tc-jump' })
    : h('div', { class: 'tc-jump' }, words)
}

/** What may be chosen before the button is pressed; `choices` is kept up to date. */
function questions(card, choices, closed) {
  const selects = [...(card.button_selection ? [card.button_selection] : []), ...(card.select_list ?? [])]
  const parts = selects.map((select) => {
    const first = select.selected_id ?? select.option_list?.[0]?.id
    choices[select.question_key] = new Set(first === undefined ? [] : [first])
    return h(
      'label',
      { class: 'tc-select' },
      h('span', {}, select.title ?? ''),
      h(
        'select',
        {
          testid: 'card-select',
          disabled: closed,
          on: {
            change: (event) => {
              choices[select.question_key] = new Set([event.target.value])
            },
          },
        },
        (select.option_list ?? []).map((option) =>
          h('option', { value: option.id, selected: option.id === first }, option.text),
        ),
      ),
    )
  })
  if (card.checkbox) parts.push(votes(card, choices, closed))
  return parts
}

function votes(card, choices, closed) {
  const { question_key: key, option_list: options = [], mode = 0 } = card.checkbox
  choices[key] = new Set(options.filter((option) => option.is_checked).map((option) => option.id))
  const group = `${card.task_id ?? ''}-${key}-${Math.random()}`
  return h(
    'div',
    { class: 'tc-votes', role: 'group' },
    options.map((option) =>
      h(
        'label',
        {},
        h('input', {
          type: mode === 1 ? 'checkbox' : 'radio',
          name: group,
          checked: Boolean(option.is_checked),
          disabled: closed,
          on: {
            change: (event) => {
              if (mode !== 1) choices[key] = new Set([option.id])
              else if (event.target.checked) choices[key].add(option.id)
              else choices[key].delete(option.id)
            },
          },
        }),
        option.text,
      ),
    ),
  )
}

function foot(card, press, world, done) {
  if (done !== undefined) return h('div', { class: 'tc-done', testid: 'card-done' }, done)
  const list = card.submit_button ? [{ ...card.submit_button, style: 1 }] : (card.button_list ?? [])
  if (list.length === 0) return undefined
  return h(
    'div',
    { class: `tc-buttons n${Math.min(list.length, 3)}` },
    list.map((item) => {
      const run = item.type === 1 ? () => world.openUrl(safeUrl(item.url), item.text) : () => press(item.key)
      return button(item.text, run, {
        class: `tc-button s${item.style ?? 1}`,
        testid: 'card-button',
        data: { id: item.key ?? item.url ?? '' },
      })
    }),
  )
}
