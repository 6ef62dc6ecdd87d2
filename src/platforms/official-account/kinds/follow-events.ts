import { numberOf, textOf } from '../../shared/fields.js'
import type { Reader, Readers } from '../../shared/header.js'

const SCENE_PREFIX = 'qrscene_'

/** Following, leaving, scanning a scene code, and reported places, by Event. */
export const followEvents: Readers = new Map<string, Reader>([
  [
    'subscribe',
    (fields, header) => {
      const key = textOf(fields, 'EventKey')
      const ticket = textOf(fields, 'Ticket')
      return {
        kind: 'event.subscribe',
        ...header,
        ...(key.startsWith(SCENE_PREFIX) && { scene: key.slice(SCENE_PREFIX.length) }),
        ...(ticket !== '' && { ticket }),
      }
    },
  ],
  ['unsubscribe', (_, header) => ({ kind: 'event.unsubscribe', ...header })],
  [
    'SCAN',
    (fields, header) => ({
      kind: 'event.scan',
      ...header,
      scene: textOf(fields, 'EventKey'),
      ticket: textOf(fields, 'Ticket'),
    }),
  ],
  [
    'LOCATION',
    (fields, header) => {
      const latitude = numberOf(fields, 'Latitude')
      const longitude = numberOf(fields, 'Longitude')
      if (latitude === undefined || longitude === undefined) return undefined
      return { kind: 'event.location', ...header, latitude, longitude, precision: numberOf(fields, 'Precision') ?? 0 }
    },
  ],
])
