import { ownWords } from '../../words/words.js'

/** Texts of the calendar. */
export const words = ownWords(
  {
    'calendar.about': '推送、企微群发、直播和节假日；撞期、超出上限会标出来。拖动一次性的推送或群发可以改期',
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
    'calendar.fixed': '不能拖动：重复的、已开始的或您无权改的，请到详情里看',
    'calendar.keys': '按 Alt 加方向键移动，或按回车选时间',
    'calendar.mass': '群发 {used}/{of}',
    'calendar.mass.about': '{account}：到这一天为止，本月第 {used} 次群发；同一个关注者一个月最多收到 {of} 次',
    'calendar.people': '{n} 人',
    'calendar.collisions': '撞期与上限',
    'calendar.no-collisions': '没有发现撞期',
    'calendar.move': '改期',
    'calendar.move.title': '把“{name}”移到',
    'calendar.move.time': '新的时间',
    'calendar.move.zone': '按店铺的时区 {zone}',
    'calendar.move.no-such-time': '这一天时钟拨快，没有这个时刻，请选另一个',
    'calendar.move.approval': '超过 {n} 人的推送改期后要重新预估、批准、排期',
    'calendar.move.again': '按新的时间重新预估（接收上限按那一天算）；对象多到要由他人批准的，要重新批准、启动',
    'calendar.moved': '已改期',
    'calendar.moved.approve': '已改期，但对象多到要由他人批准：批准已收回，请重新批准、启动',
    'calendar.moved.caps': '已改期；按新的时间，{n} 个对象已达接收上限，不会收到',
    'calendar.moved.draft': '已改期，但批准已收回：请重新预估、批准、排期',
    'calendar.open': '打开',
    'problem.campaign.version': '别人刚刚改过，没有移动。关闭后看看现在的样子，再移动',
    'problem.campaign.state': '它现在的状态不能改期，可能已经开始',
    'problem.campaign.schedule': '它是重复的，或没有固定的时间，不能这样改期',
    'problem.campaign.invalid': '不能移到这个时间',
    'problem.group-send.schedule': '它是重复的，或没有固定的时间，不能这样改期',
  },
  {
    'calendar.about':
      'Pushes, group sends, live shows and holidays; collisions and limits are marked. Drag a push or group send that runs once to move it',
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
    'calendar.fixed': 'Cannot be dragged: it repeats, has begun, or is not yours to change; open it to see more',
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
    'calendar.move.zone': 'time of the shop, {zone}',
    'calendar.move.no-such-time': 'The clocks go forward over that time: choose another',
    'calendar.move.approval': 'Pushes to more than {n} people are estimated, approved and scheduled again after a move',
    'calendar.move.again':
      'It is estimated anew for the new time (caps are those of that day); one so large that somebody else approves it is approved and started again',
    'calendar.moved': 'Moved',
    'calendar.moved.approve':
      'Moved, but it is so large that somebody else approves it: the approval is taken back, approve and start it again',
    'calendar.moved.caps': 'Moved; at the new time {n} targets have reached their cap and will not get it',
    'calendar.moved.draft': 'Moved, but the approval is taken back: estimate, approve and schedule it again',
    'calendar.open': 'Open',
    'problem.campaign.version':
      'Somebody has just changed it; it was not moved. Close this, look at it again, then move it',
    'problem.campaign.state': 'It cannot be moved in its state; perhaps it has begun',
    'problem.campaign.schedule': 'It repeats or has no time of its own and cannot be moved like this',
    'problem.campaign.invalid': 'It cannot be moved to this time',
    'problem.group-send.schedule': 'It repeats or has no time of its own and cannot be moved like this',
  },
)

type Texts = (typeof words)['zh']
declare module '../../words/words.js' {
  interface PartWords extends Texts {}
}
