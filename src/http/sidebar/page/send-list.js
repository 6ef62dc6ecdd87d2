import { get, post } from './api.js'
import { cannedForm } from './canned-form.js'
import { button, fill, h, picture } from './dom.js'
import { newKey, tell } from './say.js'
import { sendMessage } from './sdk.js'
import { attempt } from './trouble.js'

const TEXTS = {
  canned: { search: '搜话术：文字或拼音首字母', none: '没有这样的快捷回复。' },
  materials: { search: '搜文章、小程序卡片', none: '没有这样的文章或卡片。' },
  cards: { search: '搜优惠卡', none: '没有这样的卡片。' },
}

/** A list to search in and to send from: 快捷回复, 文章/卡片, and cards for a group. */
export async function sendList(panel, about, { what }) {
  const { here } = about
  const texts = TEXTS[what]
  const list = h('ul', { class: 'sendables', testid: 'sendables' })
  const input = h('input', { type: 'search', placeholder: texts.search, maxlength: 60, 'aria-label': texts.search })
  input.dataset.search = ''
  input.dataset.testid = 'search'
  let turn = 0

  async function read() {
    const mine = ++turn
    const found = await ask(what, input.value.trim(), here)
    if (mine !== turn) return
    const rows = found.map((one) => rowOf(one, about, () => attempt(read)))
    fill(list, rows.length > 0 ? rows : h('li', { class: 'soft' }, texts.none))
  }
  let timer
  input.addEventListener('input', (event) => {
    if (event.isComposing) return
    clearTimeout(timer)
    timer = setTimeout(() => attempt(read), 180)
  })
  input.addEventListener('compositionend', () => attempt(read))
  const keys = (event) => {
    const buttons = [...list.querySelectorAll('button.send')]
    const at = buttons.indexOf(document.activeElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    if (to < 0) input.focus()
    else buttons[Math.min(to, buttons.length - 1)]?.focus()
  }
  input.addEventListener('keydown', keys)
  list.addEventListener('keydown', keys)
  await read()
  const closed = here.send
    ? null
    : h('p', { class: 'warn-box' }, '从资料页打开时企业微信不让发送；请从聊天工具栏打开。')
  const form = h('div', { class: 'edit' })
  const add =
    what === 'canned'
      ? button('新增', () => cannedForm(form, undefined, () => attempt(read)), { class: 'plain', testid: 'canned-new' })
      : null
  fill(panel, closed, h('div', { class: 'search' }, input, add), form, list)
}

function ask(what, q, here) {
  const customer = here.kind === 'customer' ? here.id : undefined
  const group = here.kind === 'group' ? here.id : undefined
  if (what === 'canned') return get('/canned', { q, customer })
  const found = get('/materials', { q, group })
  return what === 'cards' ? found.then((all) => all.filter(({ kind }) => kind === 'card')) : found
}

const KINDS = { article: '文章', card: '小程序' }

function rowOf(one, { here }, changed) {
  const { kind, name, title, about, message, missing, own } = one
  let key = newKey()
  let editor
  const edit = h('div', { class: 'edit' })
  const openEditor = () => {
    editor = h('textarea', { rows: 4, maxlength: 2000, 'aria-label': '改好再发', testid: 'edit-text' })
    editor.value = message.text
    fill(edit, missing ? h('p', { class: 'small warn' }, `请先补上：${missing.join('、')}`) : null, editor)
    editor.focus()
  }
  const closeEditor = () => {
    editor = undefined
    fill(edit)
  }
  const onSend = () =>
    attempt(async () => {
      if (missing && !editor) return openEditor()
      const text = editor?.value.trim()
      if (text === '') return editor.focus()
      await sendMessage(editor ? { kind: 'text', text } : message)
      tell('已发到聊天')
      closeEditor()
      const to = here.kind === 'group' ? { group: here.id } : { customer: here.id }
      const note = { to, kind, name, title: [...(title || name)].slice(0, 120).join(''), key }
      key = newKey()
      return post('/sent', note).catch(() => tell('已发到聊天，但没有记到时间线'))
    })
  const editable = message.kind === 'text'
  const mark = kind === 'canned' && !editable ? KINDS[message.kind] : KINDS[kind]
  return h(
    'li',
    { data: { testid: 'sendable', id: name } },
    h(
      'div',
      { class: 'sendable' },
      editable ? null : picture(message.picture, 'thumb'),
      h(
        'div',
        { class: 'grow' },
        h('b', {}, title),
        h(
          'p',
          { class: 'small soft clamp' },
          mark ? h('span', { class: 'kind' }, mark) : null,
          editable ? message.text : about,
        ),
      ),
      editable
        ? button('改', () => (editor ? closeEditor() : openEditor()), {
            class: 'plain',
            'aria-label': `改一改 ${title}`,
          })
        : null,
      own
        ? button('编辑', () => cannedForm(edit, own, changed), {
            class: 'plain',
            'aria-label': `编辑话术 ${title}`,
            testid: 'canned-edit',
          })
        : null,
      button('发送', onSend, { class: 'send', disabled: !here.send, 'aria-label': `发送 ${title}` }),
    ),
    edit,
  )
}
