import { demoCorp } from '../../simulator/options.js'
import { api } from './api.js'
import { type FakeProduct, type Received, startFakeProduct } from './fake-product.js'

/** The API of the demo corporation with a token of its own; rejects on an errcode. */
export type CorpCall = (path: string, body: object) => Promise<Record<string, unknown>>

/** A product of a few lines for WeCom: opens pushes and greets whoever is added. */
export interface FakeCorp {
  product: FakeProduct
  /** Where pushes go. */
  callbackUrl: string
  /** What customers who are added are told; undefined: nothing. */
  welcome: string | undefined
  /** What comes after those words. */
  attachments: object[]
  /** Tags given to whom comes by a contact way of this state. */
  tagsOf: Record<string, string[]>
  /** Called when a member presses a card. */
  pressed: (push: Received) => Promise<void>
  /** What went wrong while answering; a test expects none. */
  problems: string[]
}

/** Starts it; `call` gives the corporation's API as soon as the simulator is there. */
export async function startFakeCorp(call: () => CorpCall): Promise<FakeCorp> {
  const product = await startFakeProduct()
  const fake: FakeCorp = {
    product,
    callbackUrl: product.url.replace('/wechat/shop', '/wecom/corp'),
    welcome: undefined,
    attachments: [],
    tagsOf: {},
    pressed: async () => {},
    problems: [],
  }
  const note = (error: unknown) => void fake.problems.push(String(error))
  product.answer = (push) => {
    const kind = push.field('ChangeType') ?? push.field('Event')
    if (kind === 'add_external_contact') void greet(push).catch(note)
    if (kind === 'template_card_event') void fake.pressed(push).catch(note)
    return ''
  }
  async function greet(push: Received): Promise<void> {
    const code = push.field('WelcomeCode')
    const userid = push.field('UserID')
    const external_userid = push.field('ExternalUserID')
    if (code !== undefined && fake.welcome !== undefined) {
      await call()('/cgi-bin/externalcontact/send_welcome_msg', {
        welcome_code: code,
        text: { content: fake.welcome },
        attachments: fake.attachments,
      })
    }
    const add_tag = fake.tagsOf[push.field('State') ?? '']
    if (add_tag) await call()('/cgi-bin/externalcontact/mark_tag', { userid, external_userid, add_tag })
  }
  return fake
}

/** The API of the demo corporation. */
export async function corpCall(base: string): Promise<CorpCall> {
  const token = await corpToken(base)
  return async (path, body) => {
    const made = await api(base)(`${path}?access_token=${token}`, body)
    if (made['errcode'] !== 0) throw new Error(`${path}: ${String(made['errcode'])} ${String(made['errmsg'])}`)
    return made
  }
}

/** An access token of the demo corporation. */
export async function corpToken(base: string): Promise<string> {
  const { corpid, secret } = demoCorp
  const answer = await api(base)(`/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${secret}`)
  return String(answer['access_token'])
}
