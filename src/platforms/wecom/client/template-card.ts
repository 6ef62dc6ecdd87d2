/** Where a tap leads: an address, or a page of a mini program linked to the corporation. */
export type CardTarget = { url: string } | { appid: string; path: string }

/** What every card may have. Texts over their advised length are cut on the screen, not refused. */
export interface CardCommon {
  /** The app's line on top; advised 13 characters. */
  source?: { text: string; icon?: string; colour?: 'grey' | 'black' | 'red' | 'green' }
  /** The menu in the corner, 1 to 3 items; needs `task`. */
  menu?: { text: string; items: readonly { text: string; key: string }[] }
  title?: string
  subtitle?: string
  quote?: { text: string; title?: string; target?: CardTarget }
  /** Up to 6 lines of name and value. */
  facts?: readonly CardFact[]
  /** Up to 3. */
  jumps?: readonly { text: string; target?: CardTarget }[]
  /** A tap on the card as a whole. */
  target?: CardTarget
  /** Our name of the card: letters, digits, `_`, `-`, `@`, at most 128; unique in the app. Comes back with a press. */
  task?: string
}

/** A line of facts; the value may lead to an address, a file or a member. */
export interface CardFact {
  name: string
  value: string
  url?: string
  mediaId?: string
  staff?: string
}

/** Something to choose from. */
export interface CardChoice {
  /** Comes back with the chosen options. */
  key: string
  title?: string
  /** 1 to 10. */
  options: readonly { id: string; text: string }[]
  /** The option chosen at first. */
  selected?: string
}

/** A template card (模板卡片) to staff. Cards with buttons need a callback address of the app (43012). */
export type TemplateCard =
  | (CardCommon & { kind: 'notice'; big?: { text: string; about?: string }; text?: string; target: CardTarget })
  | (CardCommon & {
      kind: 'picture'
      picture?: { url: string; ratio?: number }
      beside?: { picture: string; title?: string; text?: string; target?: CardTarget }
      paragraphs?: readonly { title: string; text?: string }[]
      target: CardTarget
    })
  | (CardCommon & {
      kind: 'buttons'
      text?: string
      choice?: CardChoice
      /** 1 to 6; with a key the press comes back, with an address it leads there. */
      buttons: readonly ({ text: string; style?: 1 | 2 | 3 | 4 } & ({ key: string } | { url: string }))[]
      task: string
    })
  | (CardCommon & {
      kind: 'vote'
      /** 1 to 20 options. */
      question: string
      options: readonly { id: string; text: string; chosen?: boolean }[]
      several?: boolean
      submit: { text: string; key: string }
      task: string
    })
  | (CardCommon & {
      kind: 'selections'
      /** 1 to 3. */
      choices: readonly CardChoice[]
      submit: { text: string; key: string }
      task: string
    })
