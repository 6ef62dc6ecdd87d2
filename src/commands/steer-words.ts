import type { Passed } from '../groups/steer/choose.js'
import type { Attempt } from '../groups/steer/steer.js'
import type { Way } from '../groups/ways/ways.js'
import type { Pushed, WelcomeState } from '../groups/welcomes/welcomes.js'

/** What syncing a way came to, in words. */
export const OUTCOMES = {
  made: '已创建',
  changed: '已更新',
  same: '无需变动',
  busy: '另一个进程正在处理',
  waits: '刚被拒绝过，稍后自动再试（立即再试加 --anyway）',
} as const

/** One line of a list. */
export function wayLine(way: Way): string {
  const { definition, groups, turn, room, counts, problem } = way
  const places = `${turn.open.length}/${groups.length} 个群有位置`
  const standing = problem ? `✗ ${problem.message}` : way.configId === undefined ? '尚未创建' : room ? '可进群' : '已满'
  const came = `邀请 ${counts.offered} 打开 ${counts.opened} 进群 ${counts.joined}（受邀 ${counts.steered}）退群 ${counts.left}`
  return `${definition.slug.padEnd(20)}${standing}  ${places}  ${came}  ${definition.title}`
}

/** A way for a terminal. */
export function describeWay(way: Way): string {
  const { definition, account, configId, qrCode, groups, live, found, turn, problem, counts } = way
  const { slug, title, origin, state, overflow } = definition
  return [
    `${slug}  ${title}`,
    `  账号      ${account}，${origin === 'file' ? `content/join-ways/${slug}.yaml` : '由接口维护'}`,
    `  渠道值    ${state}`,
    `  配置号    ${configId ?? '企业微信还没有创建'}`,
    `  二维码    ${qrCode ?? '-'}`,
    `  满员后    ${overflow ? `企业微信自动新建 ${overflow.name}N` : '提醒员工，不自动建群'}`,
    ...groups.map((group) => {
      const at = live.includes(group.chatId) ? '▶' : ' '
      const standing = group.status === 'dismissed' ? '已解散' : turn.open.includes(group.chatId) ? '有位置' : '已满'
      const made = found.includes(group.chatId) ? '，自动新建' : ''
      return `  ${at} ${group.chatId}  ${group.count} 人  ${standing}${made}  ${group.name}`
    }),
    ...turn.unknown.map((id) => `    ${id}  不在名册里`),
    `  人数      邀请 ${counts.offered}，打开 ${counts.opened}，进群 ${counts.joined}（受邀 ${counts.steered}），退群 ${counts.left}`,
    ...(way.lost > 0
      ? [`  注意      有 ${way.lost} 次创建结果不明，可能留下没人用的二维码（占用 50 万个的配额）`]
      : []),
    ...(problem ? [`  问题      ${problem.message}（已试 ${problem.tries} 次；${problem.fix}）`] : []),
  ].join('\n')
}

const WHY: Record<Passed['why'], string> = {
  unfit: '条件不符',
  full: '群都满了',
  unready: '入群方式还没建好',
  already: '已经在群里',
}

/** A trial for a terminal: the outcome, the rules passed over, and what was known. */
export function describeAttempt(set: string, { choice, facts, unjudged }: Attempt): string {
  const rule = (place: number | 'default') => (place === 'default' ? '默认' : `第 ${place + 1} 条`)
  const outcome = () => {
    switch (choice.to) {
      case 'way':
        return `→ ${choice.way}（${rule(choice.rule)}）`
      case 'already':
        return `已经在「${choice.group}」里（${rule(choice.rule)}，${choice.way}）`
      case 'waiting':
        return '群都满了或还没建好：回复候补提示'
      case 'nobody':
        return '没有适合的规则，也没有默认'
    }
  }
  const list = (values: readonly string[]) => values.join('、') || '无'
  return [
    `${set}：${outcome()}`,
    ...choice.passed.map((each) => `  跳过 ${rule(each.rule)} ${each.way}：${WHY[each.why]}`),
    `  标签 ${list(facts.tags)}；人群 ${list(facts.segments)}；渠道码 ${list(facts.scenes)}；活码 ${list(facts.states)}；城市 ${facts.city ?? '未知'}；所在群 ${list(facts.groups)}`,
    ...unjudged.map(({ segment, reason }) => `  人群 ${segment} 无法判断：${reason}`),
  ].join('\n')
}

const STATES: Record<WelcomeState['state'], string> = {
  new: '素材库里还没有',
  changed: '与素材库不同',
  same: '与素材库一致',
  extra: '素材库里有，文件已删（push --prune 会删除）',
  broken: '不能推送',
}
const DONE: Record<Pushed['done'], string> = {
  added: '已加入素材库',
  written: '已更新',
  removed: '已从素材库删除',
  failed: '失败',
  left: '未动',
}

/** One welcome: how it compares, or what was done about it. */
export function welcomeLine(state: WelcomeState | Pushed): string {
  const what = 'done' in state && state.done !== 'left' ? DONE[state.done] : STATES[state.state]
  return `${state.slug.padEnd(20)}${what}${state.reason === undefined ? '' : `：${state.reason}`}  ${state.title}`
}
