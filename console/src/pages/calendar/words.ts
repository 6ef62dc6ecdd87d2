import { ownWords } from '../../words/words.js'

/** Texts of the calendar. */
export const words = ownWords(
  {
    'calendar.about': '推送、企微群发、直播和节假日；撞期、超出上限会标出来。拖动一次性的推送可以改期',
    'calendar.before': '往前',
    'calendar.after': '往后',
    'calendar.today': '今天',
    'calendar.none': '这段时间没有推送。新建一个，或换个月份看看。',
    'calendar.work': '上班',
    'calendar.off': '休',
    'calendar.unverified': '（未核实）',
    'calendar.live': '直播',
    'calendar.tentative': '未排期',
    'calendar.repeats': '重复',
    'calendar.fixed': '不能拖动：重复的、企微群发和已开始的请到详情里改',
    'calendar.keys': '按 Alt 加方向键移动，或按回车选时间',
    'calendar.mass': '群发 {used}/{of}',
    'calendar.mass.about': '{account}：到这一天为止，本月第 {used} 次群发；同一个关注者一个月最多收到 {of} 次',
    'calendar.people': '{n} 人',
    'calendar.collisions': '撞期与上限',
    'calendar.no-collisions': '没有发现撞期',
    'calendar.move': '改期',
    'calendar.move.title': '把“{name}”移到',
    'calendar.move.time': '新的时间',
    'calendar.move.approval': '超过 {n} 人的推送改期后要重新预估、批准、排期',
    'calendar.moved': '已改期',
    'calendar.moved.draft': '已改期，但批准已收回：请重新预估、批准、排期',
    'calendar.open': '打开',
  },
  {
    'calendar.about':
      'Pushes, group sends, live shows and holidays; collisions and limits are marked. Drag one that runs once to move it',
    'calendar.before': 'Earlier',
    'calendar.after': 'Later',
    'calendar.today': 'Today',
    'calendar.none': 'Nothing in this time. Make a push, or look at another month.',
    'calendar.work': 'work',
    'calendar.off': 'off',
    'calendar.unverified': '(unverified)',
    'calendar.live': 'Live',
    'calendar.tentative': 'not scheduled',
    'calendar.repeats': 'repeats',
    'calendar.fixed': 'Cannot be dragged: open repeating ones, group sends and those that began to change them',
    'calendar.keys': 'Alt and an arrow key moves it, Enter chooses a time',
    'calendar.mass': 'mass {used}/{of}',
    'calendar.mass.about':
      '{account}: mass send number {used} of the month up to this day; a follower gets {of} a month at most',
    'calendar.people': '{n} people',
    'calendar.collisions': 'Collisions and limits',
    'calendar.no-collisions': 'None found',
    'calendar.move': 'Move',
    'calendar.move.title': 'Move “{name}” to',
    'calendar.move.time': 'New time',
    'calendar.move.approval': 'Pushes to more than {n} people are estimated, approved and scheduled again after a move',
    'calendar.moved': 'Moved',
    'calendar.moved.draft': 'Moved, but the approval is taken back: estimate, approve and schedule it again',
    'calendar.open': 'Open',
  },
)

type Texts = (typeof words)['zh']
declare module '../../words/words.js' {
  interface PartWords extends Texts {}
}
