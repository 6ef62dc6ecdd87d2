import { button, h } from '../../dom.js'
import { icon } from '../../icons.js'
import { cell, refill, topBar, writeBar } from '../parts.js'
import { corp } from '../store.js'
import { talk } from '../talk.js'
import { w } from '../words.js'

/** The part of a link to the desk that names it, or undefined for another address. */
export const deskLink = (text) => /\/kf\/kfc[\w-]+/.exec(text ?? '')?.[0]

const KINDS = [
  ['image', 'picture', { kind: 'image' }],
  ['voice', 'voice', { kind: 'voice' }],
  ['video', 'video', { kind: 'video' }],
  ['file', 'file', { kind: 'file' }],
  ['location', 'place', { kind: 'location', lat: 23.137466, lon: 113.352425, name: '客村', address: '广州市海珠区' }],
  ['link', 'link', { kind: 'link', title: '微环小店', description: '朋友推荐', url: 'https://shop.example.cn/' }],
  [
    'mini-program',
    'mini',
    { kind: 'mini-program', title: '我的订单', appid: 'wx00000000000demo2', path: 'pages/orders' },
  ],
]

/** Does something at the desk as this person; the answer, or undefined when it was refused (the page says why). */
const act = (phone, verb, body) =>
  corp('POST', `/kf/people/${encodeURIComponent(phone.person().id)}/${verb}`, body).catch(phone.complain)

/** Enters by a link, or by an account without one, and shows the conversation. */
export async function enterDesk(phone, by) {
  const answer = await act(phone, 'enter', by)
  if (!answer) return
  phone.met(answer.customer)
  phone.store.outdate('/kf/people')
  openDesk(phone, answer.kf)
}

/** Her conversations with the desk, for the list of chats. */
export function deskTalks(phone) {
  const { id, external } = phone.person()
  if (!external) return []
  return phone.store.kfPhone(id).map((chat) => ({
    known: phone.store.thread('kf', `${chat.kf}/${external}`),
    name: [chat.kfName, h('span', { class: 'at-corp' }, `@${phone.store.state().name}`)],
    kf: chat.kf,
  }))
}

/** Her conversation with an account, as WeChat shows 微信客服. */
export function openDesk(phone, kf) {
  const { store } = phone
  const her = phone.person().external
  const chat = () => store.kfPhone(phone.person().id).find((one) => one.kf === kf)
  const more = button(icon('more', 22), () => openSettings(phone, kf, chat), {
    class: 'tool',
    'aria-label': w('deskSetting'),
    testid: 'kf-details',
  })
  const view = talk({
    back: phone.back,
    testid: 'kf-chat',
    title: () => chat()?.kfName ?? w('desk'),
    sub: () => w('deskOf', store.state().name),
    tools: [more],
    intro: w('deskNote'),
    mine: (entry) => entry.by === her,
    markOf: (entry) => (entry.by === her ? undefined : 'desk'),
    world: (entry) => ({
      ...phone.world(entry),
      tap: (item) => act(phone, 'menu', { kf, n: entry.n, id: item.id }),
      accept: () => act(phone, 'accept', { kf, n: entry.n }),
    }),
    foot: writeBar((text) => act(phone, 'say', { kf, text }), { label: w('writeMessage'), testid: 'kf-say' }),
  })
  phone.screens.push({
    element: view.element,
    update() {
      const known = store.thread('kf', `${kf}/${her}`)
      store.read(her, known)
      view.update(
        known.entries.filter((entry) => entry.failed === undefined),
        phone.now(),
      )
      for (const { n, failed } of known.entries) {
        if (failed !== undefined) view.element.querySelector(`.line[data-n="${n}"]`)?.remove()
      }
    },
  })
}

/** What else she can do: send other kinds, take a message back, refuse messages, rate the servicer. */
function openSettings(phone, kf, chat) {
  const body = h('div', { class: 'scroll' })
  const her = phone.person().external
  const leave = (verb, given) => async () => {
    if (await act(phone, verb, { kf, ...given })) phone.back()
  }
  phone.screens.push({
    element: h(
      'div',
      { class: 'screen', testid: 'kf-settings' },
      topBar({ title: w('deskSetting'), back: phone.back }),
      body,
    ),
    update() {
      const seen = chat()
      const last = phone.store
        .thread('kf', `${kf}/${her}`)
        .entries.findLast((entry) => entry.by === her && !entry.recalled)
      const cells = (list) => h('div', { class: 'cells' }, list)
      refill(
        body,
        h('h3', { class: 'part-title' }, w('deskSend')),
        cells(
          KINDS.map(([id, name, said]) => cell({ label: w(name), open: leave('say', said), testid: 'kf-send', id })),
        ),
        cells([
          last && cell({ label: w('deskRecall'), open: leave('recall', { n: last.n }), testid: 'kf-recall' }),
          cell({
            label: w('deskRefuse'),
            value: w(seen?.refuses ? 'yes' : 'no'),
            open: () => act(phone, 'refuse', { kf, on: !seen?.refuses }),
            testid: 'kf-refuse',
          }),
        ]),
        h('h3', { class: 'part-title' }, w('deskVote')),
        cells(
          seen?.score
            ? cell({ label: w('deskVoted', w(`deskVote${seen.score}`)), testid: 'kf-voted' })
            : [1, 2, 3].map((score) =>
                cell({ label: w(`deskVote${score}`), open: leave('vote', { score }), testid: 'kf-vote', id: score }),
              ),
        ),
      )
    },
  })
}
