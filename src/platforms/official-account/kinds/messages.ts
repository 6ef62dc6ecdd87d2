import { countOf, numberOf, textOf } from '../../shared/fields.js'
import type { Reader, Readers } from '../../shared/header.js'

/** The messages a follower sends, by MsgType. */
export const messages: Readers = new Map<string, Reader>([
  [
    'text',
    (fields, header) => {
      const choice = textOf(fields, 'bizmsgmenuid')
      const dataId = textOf(fields, 'MsgDataId')
      if (choice === '' && dataId === '') {
        const { id, platform, account, from, at } = header
        return { kind: 'message.text', id, platform, account, from, at, text: textOf(fields, 'Content') }
      }
      return {
        kind: 'message.text',
        ...header,
        text: textOf(fields, 'Content'),
        ...(choice !== '' && { choice }),
        ...(dataId !== '' && { article: { dataId, index: countOf(fields, 'Idx') } }),
      }
    },
  ],
  [
    'image',
    (fields, header) => ({
      kind: 'message.image',
      ...header,
      mediaId: textOf(fields, 'MediaId'),
      url: textOf(fields, 'PicUrl'),
    }),
  ],
  [
    'voice',
    (fields, header) => {
      const transcript = textOf(fields, 'Recognition')
      const clearMediaId = textOf(fields, 'MediaId16K')
      return {
        kind: 'message.voice',
        ...header,
        mediaId: textOf(fields, 'MediaId'),
        format: textOf(fields, 'Format'),
        ...(transcript !== '' && { transcript }),
        ...(clearMediaId !== '' && { clearMediaId }),
      }
    },
  ],
  ['video', video(false)],
  ['shortvideo', video(true)],
  [
    'location',
    (fields, header) => {
      const latitude = numberOf(fields, 'Location_X')
      const longitude = numberOf(fields, 'Location_Y')
      if (latitude === undefined || longitude === undefined) return undefined
      const label = textOf(fields, 'Label')
      return { kind: 'message.location', ...header, latitude, longitude, scale: countOf(fields, 'Scale'), label }
    },
  ],
  [
    'link',
    (fields, header) => ({
      kind: 'message.link',
      ...header,
      title: textOf(fields, 'Title'),
      description: textOf(fields, 'Description'),
      url: textOf(fields, 'Url'),
    }),
  ],
  [
    'miniprogrampage',
    (fields, header) => ({
      kind: 'message.card',
      ...header,
      title: textOf(fields, 'Title'),
      appid: textOf(fields, 'AppId'),
      path: textOf(fields, 'PagePath'),
      thumbUrl: textOf(fields, 'ThumbUrl'),
      thumbMediaId: textOf(fields, 'ThumbMediaId'),
    }),
  ],
])

function video(short: boolean): Reader {
  return (fields, header) => ({
    kind: 'message.video',
    ...header,
    mediaId: textOf(fields, 'MediaId'),
    thumbMediaId: textOf(fields, 'ThumbMediaId'),
    short,
  })
}
