import { post } from './api.js'
import { button, fill, h } from './dom.js'
import { onDay, PLATFORMS, tell, when, yuan } from './say.js'
import { attempt } from './trouble.js'

/** 资料: who it is, with tags that can be changed. */
export function showProfile(panel, about) {
  const { profile } = about
  fill(
    panel,
    tagBox(about),
    h(
      'dl',
      { class: 'facts' },
      row('备注', profile.remark),
      row('描述', profile.description),
      row('添加时间', profile.addedAt && when(profile.addedAt)),
      row('添加方式', profile.way && `${profile.way}${profile.state ? `（${profile.state}）` : ''}`),
      row('其他同事', profile.others.length > 0 && profile.others.join('、')),
      row('累计消费', profile.bought && boughtWords(profile.bought)),
      row('最近活跃', profile.lastSeenAt && when(profile.lastSeenAt)),
      row('首次出现', profile.firstSeenAt && onDay(profile.firstSeenAt)),
    ),
    h('h2', {}, '身份'),
    profile.identities.length === 0
      ? h('p', { class: 'soft' }, '还没有认出其他平台上的身份；同一开放平台下的公众号和小程序会自动合并。')
      : h('ul', { class: 'rows', testid: 'identities' }, profile.identities.map(identity)),
    h('p', { class: 'soft foot' }, '备注和描述请在企业微信的客户资料里修改，这里会自动跟上。'),
  )
}

const row = (label, value) => (value ? [h('dt', {}, label), h('dd', {}, value)] : null)

function boughtWords({ orders, paidFen, refundedFen, lastOrderAt }) {
  const back = refundedFen > 0 ? `，退 ${yuan(refundedFen)}` : ''
  return `${orders} 单 ${yuan(paidFen)}${back}${lastOrderAt ? `，上次 ${onDay(lastOrderAt)}` : ''}`
}

const FOLLOWED = new Set(['official-account', 'wecom'])

function identity({ where, account, following, since }) {
  const state = FOLLOWED.has(where) ? (following ? `${onDay(since)} 起` : '已离开') : ''
  return h(
    'li',
    {},
    h('span', {}, PLATFORMS[where] ?? where),
    h('span', { class: 'grow' }, where === 'phone' || where === 'unionid' ? '' : account),
    h('span', { class: following || state === '' ? 'soft' : 'bad' }, state),
  )
}

function tagBox(about) {
  const { profile, path } = about
  const box = h('div', { class: 'tags', testid: 'tags' })
  const input = h('input', { placeholder: '加标签，回车', maxlength: 80, 'aria-label': '加标签', testid: 'tag-input' })
  const later = h('p', { class: 'soft', testid: 'tag-later' })

  async function change(edit) {
    return attempt(async () => {
      const answer = await post(`${path}/tags`, edit)
      profile.tags = answer.tags
      later.textContent = answer.later ?? ''
      show()
      tell(edit.add ? '标签已加上' : '标签已去掉')
    })
  }
  input.addEventListener('keydown', async (event) => {
    const tag = input.value.trim()
    if (event.key !== 'Enter' || event.isComposing || tag === '') return
    event.preventDefault()
    if (await change({ add: [tag] })) input.value = ''
    input.focus()
  })

  function show() {
    const own = profile.tags.map((tag) =>
      h(
        'span',
        { class: 'tag', data: { testid: 'tag' } },
        tag,
        button('×', () => change({ remove: [tag] }), { class: 'cross', 'aria-label': `去掉标签 ${tag}` }),
      ),
    )
    const theirs = profile.corpTags.map((tag) => h('span', { class: 'tag theirs', title: '企业微信的标签' }, tag))
    fill(box, own, theirs, input)
  }
  show()
  const refused = profile.tagsRefused
  if (refused) later.textContent = `企业微信没有收下 ${refused.tags.join('、')}：${refused.reason}`
  return h('section', {}, h('h2', {}, '标签'), box, later)
}
