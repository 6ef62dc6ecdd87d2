import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import { atMost, bytesAtMost, filled, isLink, matches, some } from './check.js'
import type { CardChoice, CardCommon, CardTarget, TemplateCard } from './template-card.js'

const COLOURS = { grey: 0, black: 1, red: 2, green: 3 } as const
const TYPES = {
  notice: 'text_notice',
  picture: 'news_notice',
  buttons: 'button_interaction',
  vote: 'vote_interaction',
  selections: 'multiple_interaction',
} as const

/** The card as the platform takes it. Throws WecomApiError that names the field, the limit and its source. */
export function wireCard(endpoint: string, card: TemplateCard): object {
  checkCommon(endpoint, card)
  return { card_type: TYPES[card.kind], ...wireCommon(card), ...wireOwn(endpoint, card) }
}

function checkCommon(endpoint: string, card: CardCommon): void {
  const { menu, task, facts = [], jumps = [], target } = card
  if (menu) {
    some(endpoint, 'menu.items', menu.items.length, limits.cardMenuItems)
    for (const { key } of menu.items) bytesAtMost(endpoint, 'menu.items.key', key, limits.cardKeyBytes)
    if (task === undefined) throw refusedBefore(endpoint, 'task', 'is needed for a menu', '含菜单的卡片须有 task')
  }
  if (task !== undefined) {
    matches(endpoint, 'task', task, /^[0-9A-Za-z_\-@]+$/, 'letters, digits, _ - @')
    bytesAtMost(endpoint, 'task', task, limits.cardTaskIdBytes)
  }
  atMost(endpoint, 'facts', facts.length, limits.cardFacts)
  atMost(endpoint, 'jumps', jumps.length, limits.cardJumps)
  for (const one of [target, card.quote?.target, ...jumps.map((jump) => jump.target)]) {
    if (one && 'url' in one) isLink(endpoint, 'target', one.url)
  }
}

function wireCommon({ source, menu, title, subtitle, quote, facts, jumps, target, task }: CardCommon): object {
  return {
    ...(source && {
      source: {
        desc: source.text,
        ...(source.icon !== undefined && { icon_url: source.icon }),
        ...(source.colour && { desc_color: COLOURS[source.colour] }),
      },
    }),
    ...(menu && { action_menu: { desc: menu.text, action_list: menu.items } }),
    ...((title !== undefined || subtitle !== undefined) && {
      main_title: { ...(title !== undefined && { title }), ...(subtitle !== undefined && { desc: subtitle }) },
    }),
    ...(quote && {
      quote_area: {
        ...typed(quote.target),
        quote_text: quote.text,
        ...(quote.title !== undefined && { title: quote.title }),
      },
    }),
    ...(facts && { horizontal_content_list: facts.map(wireFact) }),
    ...(jumps && { jump_list: jumps.map((jump) => ({ ...typed(jump.target), title: jump.text })) }),
    ...(target && { card_action: typed(target) }),
    ...(task !== undefined && { task_id: task }),
  }
}

function wireFact(fact: { name: string; value: string; url?: string; mediaId?: string; staff?: string }): object {
  const base = { keyname: fact.name, value: fact.value }
  if (fact.url !== undefined) return { ...base, type: 1, url: fact.url }
  if (fact.mediaId !== undefined) return { ...base, type: 2, media_id: fact.mediaId }
  return fact.staff === undefined ? base : { ...base, type: 3, userid: fact.staff }
}

function typed(target: CardTarget | undefined): object {
  if (target === undefined) return { type: 0 }
  return 'url' in target ? { type: 1, url: target.url } : { type: 2, appid: target.appid, pagepath: target.path }
}

function wireOwn(endpoint: string, card: TemplateCard): object {
  switch (card.kind) {
    case 'notice': {
      if (card.title === undefined && card.text === undefined) {
        throw refusedBefore(endpoint, 'title', 'a title or a text is needed', '标题与正文不能同时为空')
      }
      const { big, text } = card
      return {
        ...(big && { emphasis_content: { title: big.text, ...(big.about !== undefined && { desc: big.about }) } }),
        ...(text !== undefined && { sub_title_text: text }),
      }
    }
    case 'picture':
      return wirePicture(endpoint, card)
    case 'buttons':
      some(endpoint, 'buttons', card.buttons.length, limits.cardButtons)
      for (const button of card.buttons) {
        if ('key' in button) bytesAtMost(endpoint, 'buttons.key', button.key, limits.cardKeyBytes)
        else isLink(endpoint, 'buttons.url', button.url)
      }
      return {
        ...(card.text !== undefined && { sub_title_text: card.text }),
        ...(card.choice && { button_selection: wireChoice(endpoint, card.choice) }),
        button_list: card.buttons.map((button) => ({ type: 'key' in button ? 0 : 1, ...button })),
      }
    case 'vote':
      filled(endpoint, 'question', card.question)
      some(endpoint, 'options', card.options.length, limits.cardVoteOptions)
      return {
        checkbox: {
          question_key: card.question,
          option_list: card.options.map(({ id, text, chosen = false }) => ({ id, text, is_checked: chosen })),
          mode: card.several === true ? 1 : 0,
        },
        submit_button: card.submit,
      }
    default:
      some(endpoint, 'choices', card.choices.length, limits.cardSelections)
      return {
        select_list: card.choices.map((choice) => wireChoice(endpoint, choice)),
        submit_button: card.submit,
      }
  }
}

function wirePicture(endpoint: string, card: TemplateCard & { kind: 'picture' }): object {
  const { picture, beside, paragraphs } = card
  if (!picture && !beside) throw refusedBefore(endpoint, 'picture', 'a picture is needed', '须有图片')
  if (picture?.ratio !== undefined && !(picture.ratio > 1.3 && picture.ratio < 2.25)) {
    throw refusedBefore(endpoint, 'picture.ratio', 'must be between 1.3 and 2.25', '须在 1.3 到 2.25 之间')
  }
  atMost(endpoint, 'paragraphs', paragraphs?.length ?? 0, limits.cardParagraphs)
  return {
    ...(picture && {
      card_image: { url: picture.url, ...(picture.ratio !== undefined && { aspect_ratio: picture.ratio }) },
    }),
    ...(beside && {
      image_text_area: {
        ...typed(beside.target),
        image_url: beside.picture,
        ...(beside.title !== undefined && { title: beside.title }),
        ...(beside.text !== undefined && { desc: beside.text }),
      },
    }),
    ...(paragraphs && {
      vertical_content_list: paragraphs.map(({ title, text }) => ({
        title,
        ...(text !== undefined && { desc: text }),
      })),
    }),
  }
}

function wireChoice(endpoint: string, { key, title, options, selected }: CardChoice): object {
  some(endpoint, 'options', options.length, limits.cardOptions)
  return {
    question_key: key,
    ...(title !== undefined && { title }),
    option_list: options,
    ...(selected !== undefined && { selected_id: selected }),
  }
}
