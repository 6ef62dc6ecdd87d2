import { ownWords } from '../../words/words.js'

/** The texts of the page of people. */
export const words = ownWords(
  {
    'people.about': '谁能用控制台、能做什么。新成员用一次性链接自己设密码，谁也看不到别人的密码。',
    'people.invite': '邀请成员',
    'people.invited': '把链接发给本人：只能用一次，24 小时内有效，关掉就看不到了。',
    'people.link': '链接',
    'people.login.hint': '小写字母、数字、点、连字符，之后不能改',
    'people.roles.about': '一个人可以有几个角色，权限相加',
    'people.wecom': '企业微信成员',
    'people.wecom.about': '填了就能扫码登录，并以这位成员的名义接待',
    'people.wecom.none': '未关联',
    'people.corp': '企业',
    'people.staff': '成员 userid',
    'people.save': '保存',
    'people.disable': '停用',
    'people.disable.about': '立刻不能登录，所有登录马上结束；资料和操作日志保留。',
    'people.enable': '恢复',
    'people.reset': '重置密码',
    'people.reset.about': '密码、两步验证和所有登录都作废，得到一个新链接。请先确认真的是本人。',
    'people.sessions': '登录中的设备',
    'people.sessions.none': '现在没有登录',
    'people.sessions.end': '全部结束',
    'people.created': '创建',
    'people.done': '已完成',
  },
  {
    'people.about':
      'Who may use the console and what they may do. New people choose their password by a link; nobody ever sees another’s.',
    'people.invite': 'Invite somebody',
    'people.invited': 'Send the link to the person: good once, for 24 hours, and shown only now.',
    'people.link': 'Link',
    'people.login.hint': 'lower-case letters, digits, dots and hyphens; stays as it is',
    'people.roles.about': 'somebody may have several; what they allow adds up',
    'people.wecom': 'WeCom member',
    'people.wecom.about': 'signs in by scanning, and serves followers as this member',
    'people.wecom.none': 'not linked',
    'people.corp': 'Corporation',
    'people.staff': 'userid of the member',
    'people.save': 'Save',
    'people.disable': 'Disable',
    'people.disable.about': 'Nobody can sign in as this person any more, at once; data and the audit log stay.',
    'people.enable': 'Enable',
    'people.reset': 'Reset password',
    'people.reset.about':
      'Password, second factor and all sessions are void; a new link is made. Make sure first who is asking.',
    'people.sessions': 'Signed in at',
    'people.sessions.none': 'not signed in anywhere',
    'people.sessions.end': 'End all',
    'people.created': 'Created',
    'people.done': 'Done',
  },
)

type Texts = (typeof words)['zh']
declare module '../../words/words.js' {
  interface PartWords extends Texts {}
}
