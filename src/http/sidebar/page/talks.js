import { get, post } from './api.js'
import { button, fill, h, twice } from './dom.js'
import { newKey, notice, PLATFORMS, tell, when } from './say.js'
import { attempt } from './trouble.js'

const STATES = { bot: '机器人接待', queued: '排队中', staff: '等您回复', waiting: '等客户', closed: '已结束' }

/** 会话: the desk's conversations with the customer, on all channels. */
export async function showTalks(panel, about) {
  const talks = await get(`${about.path}/talks`)
  if (talks.length === 0)
    return fill(panel, notice('没有客服会话。客户在公众号、小程序或微信客服里说话后，会出现在这里。'))
  return fill(
    panel,
    talks.map((talk) => talkCard(talk, about)),
    h('p', { class: 'soft foot' }, '回复请在应用消息里直接发（多个会话用 #号码 开头），由机器人转给客户。'),
  )
}

function talkCard(talk, about) {
  const card = h('article', { class: 'card talk', data: { testid: 'talk', id: talk.id } })
  const lines = h('div', { class: 'talk-lines' })
  const form = h('div', { class: 'talk-form' })
  const path = `${about.path}/talks/${encodeURIComponent(talk.id)}`
  let opened = false

  const act = (body, done) =>
    attempt(async () => {
      talk = await post(path, body)
      fill(form)
      show()
      tell(done)
      if (opened) await readLines()
    })

  async function readLines() {
    const rows = await get(path)
    opened = true
    fill(
      lines,
      rows.length === 0 ? h('p', { class: 'soft' }, '还没有消息。') : rows.map((row) => lineOf(row, form, act)),
    )
  }

  function buttons() {
    const can = new Set(talk.can)
    const taken = talk.staff && !talk.mine && talk.state !== 'queued' && talk.state !== 'bot'
    return [
      can.has('take') &&
        (taken
          ? twice('接手', `从 ${talk.staff} 接手？`, () => act({ act: 'take' }, '已接手'), { testid: 'take' })
          : button('接待', () => act({ act: 'take' }, '已接待'), { class: 'primary', testid: 'take' })),
      can.has('transfer') && button('转接', () => attempt(() => askColleague(form, act, talk)), { testid: 'transfer' }),
      can.has('note') && button('备注', () => askNote(form, act), { testid: 'note' }),
      can.has('close') && twice('结束', '确认结束？', () => act({ act: 'close' }, '会话已结束'), { testid: 'close' }),
      button('记录', () => (opened ? hide() : attempt(readLines)), { testid: 'lines' }),
    ].filter(Boolean)
  }
  function hide() {
    opened = false
    fill(lines)
  }
  function show() {
    const state = talk.state === 'staff' && !talk.mine ? '等回复' : STATES[talk.state]
    const place = talk.place === undefined ? '' : `，第 ${talk.place} 位`
    fill(
      card,
      h(
        'div',
        { class: 'line' },
        h('b', {}, `${PLATFORMS[talk.channel] ?? talk.channel} · ${talk.where}`),
        h('span', { class: `state ${talk.state}`, testid: 'talk-state' }, `${state}${place}`),
      ),
      h(
        'p',
        { class: 'small soft' },
        talk.number === undefined ? '' : `#${talk.number} · `,
        talk.staff ? (talk.mine ? '您在接待 · ' : `${talk.staff} 接待 · `) : '',
        talk.reason ? `${talk.reason} · ` : '',
        when(talk.lastAt ?? talk.since),
      ),
      h('div', { class: 'acts' }, buttons()),
      form,
      lines,
    )
  }
  show()
  return card
}

function lineOf({ at, direction, by, words, trouble, settle, amend }, form, act) {
  const who = { customer: '客户', bot: '机器人', desk: '系统' }[by] ?? by
  return h(
    'div',
    { class: `talk-line ${direction}` },
    h('p', { class: 'small soft' }, `${direction === 'note' ? `${who} 的备注` : who} ${when(at)}`),
    h('p', { class: 'words' }, words),
    trouble ? h('p', { class: 'small bad' }, trouble) : null,
    settle ? h('div', { class: 'acts' }, settleButtons(settle, act)) : null,
    amend
      ? button('改备注', () => askNote(form, act, { entry: amend, words }), { class: 'plain', testid: 'note-amend' })
      : null,
  )
}

/** Nobody knows whether it arrived: only a person decides, and the first choice counts. */
function settleButtons(entry, act) {
  return [
    twice('补发', '对方可能收到两遍，确认补发？', () => act({ act: 'settle', entry, choice: 'again' }, '已补发'), {
      testid: 'settle-again',
    }),
    button('视为已发', () => act({ act: 'settle', entry, choice: 'sent' }, '已视为已发'), { testid: 'settle-sent' }),
  ]
}

function askNote(form, act, known) {
  const key = newKey()
  const input = h('textarea', {
    rows: 3,
    maxlength: 500,
    'aria-label': '备注',
    placeholder: '只有同事看得到',
    testid: 'note-text',
  })
  if (known) input.value = known.words
  const save = async () => {
    const text = input.value.trim()
    if (text === '') return input.focus()
    if (known) return act({ act: 'amend', entry: known.entry, text }, '备注已改好')
    return act({ act: 'note', text, key }, '备注已记下')
  }
  fill(
    form,
    input,
    h('div', { class: 'acts' }, button('记下', save, { class: 'primary', testid: 'note-yes' }), cancel(form)),
  )
  input.focus()
}

async function askColleague(form, act, talk) {
  const all = await get('/colleagues')
  const others = all.filter(({ staff }) => staff !== talk.staff)
  if (others.length === 0) return tell('没有可以转接的同事', true)
  const select = h(
    'select',
    { 'aria-label': '转给', testid: 'transfer-to' },
    others.map(({ staff, name, online, load, capacity }) =>
      h('option', { value: staff }, `${name}（${online ? `在线 ${load}/${capacity}` : '不在线'}）`),
    ),
  )
  const give = () => act({ act: 'transfer', to: select.value }, '已转接')
  fill(
    form,
    select,
    h('div', { class: 'acts' }, button('转给', give, { class: 'primary', testid: 'transfer-yes' }), cancel(form)),
  )
  select.focus()
  return undefined
}

const cancel = (form) => button('取消', () => fill(form))
