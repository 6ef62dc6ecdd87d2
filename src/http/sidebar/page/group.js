import { get, post } from './api.js'
import { button, fill, h, picture } from './dom.js'
import { notice, onDay, tell, when } from './say.js'
import { sendList } from './send-list.js'
import { createTabs } from './tabs.js'
import { attempt } from './trouble.js'

/** The page of a customer group. */
export async function groupView(app, me, here) {
  if (!me.parts.groups) return fill(app, notice('没有开通客户群。'))
  const path = `/groups/${encodeURIComponent(here.id)}`
  const group = await get(path)
  const about = { me, here, path, group }
  const full = group.nearlyFull ? 'full' : ''
  const tabs = createTabs('group', [
    { id: 'group', label: '概况', show: (panel) => showGroup(panel, about) },
    { id: 'members', label: '成员', show: (panel) => showMembers(panel, about) },
    { id: 'cards', label: '发优惠卡', show: (panel) => showCards(panel, about) },
    { id: 'materials', label: '文章/卡片', show: (panel) => sendList(panel, about, { what: 'materials' }) },
    ...(me.parts.canned
      ? [{ id: 'canned', label: '快捷回复', show: (panel) => sendList(panel, about, { what: 'canned' }) }]
      : []),
    { id: 'ways', label: '入群方式', show: (panel) => showWays(panel, about) },
  ])
  fill(
    app,
    h(
      'header',
      { class: 'head', testid: 'group' },
      h('span', { class: 'face group', 'aria-hidden': true }, '群'),
      h(
        'div',
        { class: 'who' },
        h('h1', { testid: 'name' }, group.name || '未命名的群'),
        h('p', { class: 'soft' }, `群主 ${group.owner}`),
      ),
      h('span', { class: `badge ${full}`, testid: 'count' }, `${group.count}/${group.capacity} 人`),
    ),
    tabs.element,
  )
  await tabs.open()
  return undefined
}

const row = (label, value) => (value ? [h('dt', {}, label), h('dd', {}, value)] : null)

function showGroup(panel, about) {
  const { group } = about
  fill(
    panel,
    group.status === 'dismissed' ? h('p', { class: 'warn-box' }, '这个群已经解散。') : null,
    group.hold ? h('p', { class: 'warn-box' }, group.hold) : null,
    group.nearlyFull ? h('p', { class: 'warn-box' }, '快满了：请准备下一个群，入群码会自动换过去。') : null,
    labelBox(about),
    h(
      'dl',
      { class: 'facts' },
      row('成员', `${group.count} 人，其中客户 ${group.customers} 人`),
      row('群主', group.owner),
      row('管理员', group.admins.join('、')),
      row('建群时间', group.createdAt && onDay(group.createdAt)),
      row('文件夹', group.folder),
      row('群公告', group.notice),
      row(
        '数据时间',
        group.readAt ? `${when(group.readAt)}${group.pending ? '，有变动正在读取' : ''}` : '还没有读到成员',
      ),
    ),
    h('h2', {}, '服务器做不到的'),
    h(
      'ul',
      { class: 'cannot soft', testid: 'cannot' },
      h('li', {}, '自动在群里发言或回复：要由您点“发送”；群发由群主在企业微信里确认。'),
      h('li', {}, '拉人、踢人、改群名和群公告：请在企业微信里操作，这里几秒后会跟上。'),
      h('li', {}, '读群里的聊天内容：企业微信不提供（会话内容存档除外）。'),
    ),
  )
}

function labelBox(about) {
  const { group, path } = about
  const box = h('div', { class: 'tags', testid: 'labels' })
  const known = h(
    'datalist',
    { id: 'known-labels' },
    group.known.map((label) => h('option', { value: label })),
  )
  const props = {
    placeholder: '加群标签，回车',
    maxlength: 32,
    list: 'known-labels',
    'aria-label': '加群标签',
    testid: 'label-input',
  }
  const input = h('input', props)
  const change = (edit, done) =>
    attempt(async () => {
      Object.assign(group, await post(`${path}/labels`, edit))
      show()
      tell(done)
    })
  input.addEventListener('keydown', async (event) => {
    const label = input.value.trim()
    if (event.key !== 'Enter' || event.isComposing || label === '') return
    event.preventDefault()
    if (await change({ add: [label] }, '群标签已加上')) input.value = ''
    input.focus()
  })
  function show() {
    const off = (label) =>
      button('×', () => change({ remove: [label] }, '群标签已去掉'), {
        class: 'cross',
        'aria-label': `去掉群标签 ${label}`,
      })
    const labels = group.labels.map((label) => h('span', { class: 'tag' }, label, group.mayLabel ? off(label) : null))
    fill(box, labels, group.mayLabel ? [input, known] : null)
    if (labels.length === 0 && !group.mayLabel)
      fill(box, h('span', { class: 'soft' }, '没有标签；群主、管理员或主管可以加'))
  }
  show()
  return h('section', {}, h('h2', {}, '群标签'), box)
}

async function showMembers(panel, { path }) {
  const list = h('ul', { class: 'rows roster', testid: 'roster' })
  const foot = h('div', { class: 'center' })
  const put = ({ members, next }) => {
    list.append(...members.map(memberRow))
    fill(
      foot,
      next ? button('更多', () => attempt(async () => put(await get(`${path}/members`, { after: next })))) : null,
    )
  }
  put(await get(`${path}/members`))
  if (list.childElementCount === 0) return fill(panel, notice('还没有读到成员，请稍后再看。'))
  return fill(panel, list, foot)
}

const KINDS = { staff: '员工', customer: '', unknown: '读取中' }

function memberRow({ member, kind, name, joinedAt, way, state, invitedBy }) {
  const how = [way, state && `渠道 ${state}`, invitedBy && `邀请人 ${invitedBy}`].filter(Boolean).join('，')
  return h(
    'li',
    { data: { testid: 'member', id: member } },
    h(
      'div',
      { class: 'grow' },
      h('span', {}, name),
      KINDS[kind] ? h('span', { class: 'kind' }, KINDS[kind]) : null,
      h('p', { class: 'small soft' }, how),
    ),
    h('span', { class: 'small soft' }, when(joinedAt)),
  )
}

async function showCards(panel, about) {
  await sendList(panel, about, { what: 'cards' })
  panel.prepend(h('p', { class: 'soft' }, '卡片会带上这个群：群友从卡片下单、领券，能看出来自哪个群。'))
}

function showWays(panel, { group }) {
  if (group.ways.length === 0)
    return fill(panel, notice('没有入群方式指向这个群。在后台的入群方式里加上它，就有入群码。'))
  return fill(
    panel,
    group.ways.map(({ name, title, picture: code, room, current }) =>
      h(
        'article',
        { class: 'card way', data: { testid: 'way', id: name } },
        h(
          'div',
          { class: 'line' },
          h('b', {}, title),
          h('span', { class: room ? 'good' : 'bad' }, room ? '可以入群' : '都满了'),
        ),
        h('p', { class: 'small soft' }, current ? '现在入的是这个群' : '现在入的是别的群'),
        code ? picture(code, 'code') : h('p', { class: 'small soft' }, '小程序按钮入群，没有二维码'),
      ),
    ),
  )
}
