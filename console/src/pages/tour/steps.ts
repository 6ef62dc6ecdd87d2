import type { AnyWord } from '../../words/words.js'
import type { words } from './words.js'

/** A stop of the tour: a page of the menu, and what to look at there. */
export interface Stop {
  path: string
  /** Its text is `<word>.text`. */
  word: Extract<keyof (typeof words)['zh'], `tour.${string}.title`> & AnyWord
  /** Nothing: everybody may go there. */
  scope?: string
}

/** The tour in its order: from what waits for somebody to what keeps the product running. */
export const STOPS: readonly Stop[] = [
  { path: '/', word: 'tour.overview.title' },
  { path: '/contacts', word: 'tour.contacts.title', scope: 'contacts:read' },
  { path: '/segments', word: 'tour.segments.title', scope: 'segments:read' },
  { path: '/content', word: 'tour.content.title', scope: 'content:read' },
  { path: '/campaigns', word: 'tour.campaigns.title', scope: 'campaigns:read' },
  { path: '/calendar', word: 'tour.calendar.title', scope: 'campaigns:read' },
  { path: '/deliveries', word: 'tour.deliveries.title', scope: 'deliveries:read' },
  { path: '/groups', word: 'tour.groups.title', scope: 'groups:read' },
  { path: '/inbox', word: 'tour.inbox.title', scope: 'desk:read' },
  { path: '/accounts', word: 'tour.accounts.title', scope: 'operations:read' },
]

/** The address of a stop. */
export const addressOf = (stops: readonly Stop[], at: number): string => `${stops[at]?.path ?? '/'}?tour=${at}`
