import type { z } from 'zod'
import type { JsonRecord } from '../json.js'
import { sniff } from '../official-account/media.js'
import { keysOf } from '../wecom/api/card.js'
import { mediaAddress } from '../wecom/api/message.js'
import { replaceCard, responseCode } from '../wecom/api/messages.js'
import type { CardContent, CorpContent, CorpEntry } from '../wecom/content.js'
import type { Scene } from '../wecom/corp.js'
import { appEvent, appMessage } from '../wecom/push/events.js'
import type { Staff } from '../wecom/state.js'
import { show, shownAgain } from '../wecom/thread.js'
import { child, textOf, type XmlElement, type XmlFields } from '../xml.js'
import type { staffBodies } from './corp-schema.js'
import { ControlError } from './person.js'
import { sampleFiles } from './samples.js'

type Written = z.output<typeof staffBodies.write>

const FILE = Buffer.from('微环：一份示例文件\n')
const WANTED = { image: 'image/', voice: 'audio/amr', video: 'video/', file: '' }

/** A member writes to the app; the passive reply appears in her chat. */
export function writeToApp(scene: Scene, staff: Staff, given: Written): void {
  mustBeActive(staff)
  const { type, fields, content } = form(scene, given)
  const by = { from: 'staff', by: staff.id, name: staff.name, via: 'hand' } as const
  show(scene, appOf(staff), { ...by, content })
  appMessage(scene, staff.id, type, fields, { onReply: appReply(scene, staff) })
}

const appOf = (staff: Staff) => ({ about: 'app', id: staff.id, thread: staff.app }) as const

function mustBeActive(staff: Staff): void {
  if (!staff.active || !staff.inRange) throw new ControlError(409, `${staff.name} cannot see the app`)
}

function form(scene: Scene, given: Written): { type: string; fields: XmlFields; content: CorpContent } {
  switch (given.kind) {
    case 'text':
      return { type: 'text', fields: { Content: given.text }, content: { kind: 'text', text: given.text } }
    case 'location': {
      const { lat, lon, label = '' } = given
      const place = { Location_X: String(lat), Location_Y: String(lon), Scale: '15', Label: label, AppType: 'wxwork' }
      return { type: 'location', fields: place, content: { kind: 'location', label, latitude: lat, longitude: lon } }
    }
    case 'link': {
      const { title, description = '', url } = given
      const fields = { Title: title, Description: description, Url: url, PicUrl: '' }
      return { type: 'link', fields, content: { kind: 'link', title, description, url, picture: '' } }
    }
    default:
      return fileForm(scene, given)
  }
}

function fileForm(scene: Scene, { kind, file, name }: Written & { kind: 'image' | 'voice' | 'video' | 'file' }) {
  const bytes = file === undefined ? (kind === 'file' ? FILE : sampleFiles[kind]) : Buffer.from(file, 'base64')
  const contentType = sniff(bytes) ?? 'application/octet-stream'
  if (!contentType.startsWith(WANTED[kind])) throw new ControlError(400, `file: not of the kind ${kind}`)
  const filename = name ?? (kind === 'file' ? '示例.txt' : kind)
  const kept = { kind, use: 'message', bytes, contentType, filename, createdAt: scene.now }
  const media = scene.corp.media.add(kept)
  const url = mediaAddress(scene, media)
  const more: XmlFields = {
    ...(kind === 'image' && { PicUrl: url }),
    ...(kind === 'voice' && { Format: 'amr' }),
    ...(kind === 'video' && { ThumbMediaId: media.id }),
    ...(kind === 'file' && { FileName: filename }),
  }
  const content: CorpContent = kind === 'image' ? { kind, url } : { kind, url, name: filename }
  return { type: kind, fields: { MediaId: media.id, ...more }, content }
}

/** Shows a passive reply in a member's chat with the app. */
export function appReply(scene: Scene, staff: Staff): (root: XmlElement) => void {
  return (root) => {
    const content = contentOf(scene, root)
    const by = { from: 'app', by: String(scene.corp.options.agentId), name: scene.corp.options.name } as const
    if (content) show(scene, appOf(staff), { ...by, via: 'passive', content })
  }
}

function contentOf(scene: Scene, root: XmlElement): CorpContent | undefined {
  const type = textOf(root, 'MsgType') ?? ''
  if (type === 'text') return { kind: 'text', text: textOf(root, 'Content') ?? '' }
  if (type === 'news') {
    const items = child(root, 'Articles')?.children ?? []
    const articles = items.map((item) => ({
      title: textOf(item, 'Title') ?? '',
      description: textOf(item, 'Description') ?? '',
      url: textOf(item, 'Url') ?? '',
      picture: textOf(item, 'PicUrl') ?? '',
      appid: '',
      path: '',
    }))
    return { kind: 'news', articles }
  }
  const inner = child(root, { image: 'Image', voice: 'Voice', video: 'Video' }[type] ?? '')
  const media = scene.corp.media.find((inner && textOf(inner, 'MediaId')) ?? '', scene.now)
  if (!inner || !media) return undefined
  const url = mediaAddress(scene, media)
  return type === 'image'
    ? { kind: 'image', url }
    : { kind: type === 'voice' ? 'voice' : 'video', url, name: textOf(inner, 'Title') ?? media.filename }
}

/** A member presses a button of a card, sends her choices, or uses the menu in its corner. */
export function pressCard(
  scene: Scene,
  staff: Staff,
  { n, key, selected = {} }: z.output<typeof staffBodies.press>,
): void {
  mustBeActive(staff)
  const entry = staff.app.ring.list().find((one) => one.n === n)
  if (entry?.content.kind !== 'card') throw new ControlError(404, `line ${n} is no card`)
  const { content } = entry
  const keys = keysOf(content.card)
  const pressed = key ?? keys.buttons[0] ?? ''
  const inMenu = !keys.buttons.includes(pressed) && keys.menu.includes(pressed)
  if (!inMenu && !keys.buttons.includes(pressed)) throw new ControlError(409, `the card has no key ${pressed}`)
  if (!inMenu && (content.state === 'done' || content.label !== undefined || entry.recalled)) {
    throw new ControlError(409, 'the card was pressed already')
  }
  if (!inMenu) Object.assign(content, { state: 'done', pressed, selected })
  shownAgain(scene, 'app', staff.id, entry)
  const message = [...scene.corp.messages.values()].find((one) => one.lines.get(staff.id) === n)
  const fields: XmlFields = {
    EventKey: pressed,
    TaskId: String(content.card['task_id'] ?? ''),
    CardType: String(content.card['card_type'] ?? ''),
    ResponseCode: responseCode(scene.corp, message?.id ?? '', scene.now),
    ...(!inMenu && Object.keys(selected).length > 0 && { SelectedItems: { SelectedItem: chosen(selected) } }),
  }
  const event = inMenu ? 'template_card_menu_event' : 'template_card_event'
  appEvent(scene, event, staff.id, fields, { onReply: (root) => changeCard(scene, staff, entry, content, root) })
}

const chosen = (selected: Record<string, string[]>): XmlFields[] =>
  Object.entries(selected).map(([question, options]) => ({
    QuestionKey: question,
    OptionIds: { OptionId: options },
  }))

/** A passive reply to a press changes the card of the one who pressed. */
function changeCard(scene: Scene, staff: Staff, entry: CorpEntry, content: CardContent, root: XmlElement): void {
  const type = textOf(root, 'MsgType')
  if (type === 'update_button') {
    const button = child(root, 'Button')
    replaceCard(content, { label: (button && textOf(button, 'ReplaceName')) ?? '' })
  } else if (type === 'update_template_card') {
    const given = child(root, 'TemplateCard')
    const card = given ? recordOf(given) : {}
    replaceCard(content, { card, label: String(card['replace_text'] ?? '') })
  } else {
    appReply(scene, staff)(root)
    return
  }
  shownAgain(scene, 'app', staff.id, entry)
}

/** A card in XML (PascalCase, lists are repeated tags) as the JSON of the API. */
function recordOf(element: XmlElement): JsonRecord {
  const made: JsonRecord = {}
  for (const item of element.children) {
    const name = item.name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase()
    const value = item.children.length > 0 ? recordOf(item) : item.text
    const known = made[name]
    if (name.endsWith('_list')) made[name] = Array.isArray(known) ? [...known, value] : [value]
    else made[name] = value
  }
  return made
}
