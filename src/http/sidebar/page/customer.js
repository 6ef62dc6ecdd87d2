import { get } from './api.js'
import { fill, h } from './dom.js'
import { showMeter } from './meter.js'
import { showOrders } from './orders.js'
import { showProfile } from './profile.js'
import { sendList } from './send-list.js'
import { createTabs } from './tabs.js'
import { showTalks } from './talks.js'
import { showTimeline } from './timeline.js'

/** The page of a customer. */
export async function customerView(app, me, here) {
  const path = `/customers/${encodeURIComponent(here.id)}`
  const profile = await get(path)
  const about = { me, here, path, profile }
  const head = h('header', { class: 'head', testid: 'customer' })
  const showHead = () => fill(head, headOf(about))
  showHead()
  const tabs = createTabs('customer', [
    { id: 'profile', label: '资料', show: (panel) => showProfile(panel, about, showHead) },
    ...(me.parts.orders ? [{ id: 'orders', label: '订单', show: (panel) => showOrders(panel, about) }] : []),
    { id: 'meter', label: '窗口', show: (panel) => showMeter(panel, about) },
    ...(me.parts.desk ? [{ id: 'talks', label: '会话', show: (panel) => showTalks(panel, about) }] : []),
    ...(me.parts.canned
      ? [{ id: 'canned', label: '快捷回复', show: (panel) => sendList(panel, about, { what: 'canned' }) }]
      : []),
    { id: 'materials', label: '文章/卡片', show: (panel) => sendList(panel, about, { what: 'materials' }) },
    { id: 'timeline', label: '时间线', show: (panel) => showTimeline(panel, about) },
  ])
  fill(app, head, tabs.element)
  await tabs.open()
}

const STANDINGS = { mine: '我的客户', half: '待客户确认', other: '同事的客户', none: '客服会话' }

function headOf({ profile, here }) {
  const { name, remark, standing } = profile
  return [
    h('span', { class: 'face', 'aria-hidden': true }, [...(remark ?? name)][0] ?? '客'),
    h(
      'div',
      { class: 'who' },
      h('h1', { testid: 'name' }, remark ?? name),
      remark ? h('p', { class: 'soft' }, `昵称：${name}`) : null,
    ),
    h('span', { class: `badge ${standing}` }, here.entry === 'single_kf_tools' ? '微信客服' : STANDINGS[standing]),
  ]
}
