import { get } from './api.js'
import { fill, h } from './dom.js'
import { left, notice, PLATFORMS } from './say.js'

/** 窗口: by which channels the customer can be written to now, and how much is left. */
export async function showMeter(panel, { path }) {
  const rows = await get(`${path}/meter`)
  if (rows.length === 0) return fill(panel, notice('现在没有可以联系这位客户的渠道。'))
  return fill(
    panel,
    rows.map(meterRow),
    h(
      'p',
      { class: 'soft foot' },
      '条数按各平台的规则计算：机器人、客服转发和活动消息共用；订单等模板、订阅通知不占这里的条数。',
    ),
  )
}

const MOST = 5

function meterRow({ channel, account, open, left: rest, until, words }) {
  const known = rest !== undefined
  const bar = known
    ? h(
        'span',
        { class: 'pips', role: 'img', 'aria-label': `还能发 ${rest} 条` },
        Array.from({ length: Math.max(MOST, Math.min(rest, 20)) }, (_, index) =>
          h('i', { class: index < rest ? 'on' : '' }),
        ),
      )
    : null
  return h(
    'article',
    { class: 'card meter', data: { testid: 'meter', id: channel, open: String(open) } },
    h(
      'div',
      { class: 'line' },
      h('b', {}, PLATFORMS[channel] === account ? account : `${PLATFORMS[channel] ?? channel} · ${account}`),
      h('span', { class: open ? 'good' : 'bad' }, open ? (known ? `剩 ${rest} 条` : '可以发') : '已关闭'),
    ),
    bar,
    h('p', { class: 'small soft' }, words, until ? `（${left(until)}）` : ''),
  )
}
