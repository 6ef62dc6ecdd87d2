/** What people at the console are. */
export const ROLES = ['owner', 'admin', 'marketer', 'service', 'analyst', 'developer', 'auditor'] as const
export type Role = (typeof ROLES)[number]

/** True for a role that there is. */
export const isRole = (word: string): word is Role => ROLES.some((role) => role === word)

/** A text in the console's languages. */
export interface Words {
  zh: string
  en: string
}

/** What a role is and may. */
export interface RoleRow {
  title: Words
  about: Words
  /** Whether it must prove a second factor where the configuration says `privileged`. */
  privileged: boolean
  /** People's names and nicknames; telephone numbers are masked for everybody until they are revealed. */
  names: 'shown' | 'masked'
}

/** The roles in words. */
export const ROLE_ROWS: Readonly<Record<Role, RoleRow>> = {
  owner: row('所有者', 'Owner', '全部权限，包括管理所有者', 'everything, other owners included', true, 'shown'),
  admin: row('管理员', 'Administrator', '除所有者以外的全部权限', 'everything but owners', true, 'shown'),
  marketer: row(
    '运营',
    'Marketer',
    '人群、推送、内容、渠道码、群运营',
    'audiences, pushes, content, groups',
    false,
    'shown',
  ),
  service: row('客服', 'Service staff', '接待会话，查看客户资料', 'the inbox and customers’ profiles', false, 'shown'),
  analyst: row(
    '分析',
    'Analyst',
    '只看数据，看不到姓名和手机号',
    'figures, without names and numbers',
    false,
    'masked',
  ),
  developer: row(
    '开发',
    'Developer',
    '接口、事件、投递排查，资料打码',
    'API, events and faults, masked',
    false,
    'masked',
  ),
  auditor: row(
    '审计',
    'Auditor',
    '只读：成员、权限、操作日志',
    'reads people, rights and the audit log',
    false,
    'masked',
  ),
}

function row(zh: string, en: string, zhAbout: string, enAbout: string, privileged: boolean, names: RoleRow['names']) {
  return { title: { zh, en }, about: { zh: zhAbout, en: enAbout }, privileged, names }
}

/** A scope of the API, in words, and who has it. */
export interface MatrixRow {
  scope: string
  title: Words
  roles: readonly Role[]
}

const ALL: readonly Role[] = ROLES
const RULERS: readonly Role[] = ['owner', 'admin']

/**
 * The matrix: what each role may, as data. A scope that stands here for nobody but the rulers is written so on purpose;
 * a test holds the rows against the API's scopes and every route's.
 */
export const MATRIX: readonly MatrixRow[] = [
  scope('account:own', '自己的账号', 'their own account', ALL),
  scope('people:read', '查看成员与角色', 'people and roles, read', [...RULERS, 'auditor']),
  scope('people:write', '管理成员与角色', 'people and roles, change', RULERS),
  scope('audit:read', '操作日志', 'the audit log', [...RULERS, 'auditor']),
  scope('personal:reveal', '查看完整手机号（需填写原因）', 'reveal masked values, with a reason', [
    ...RULERS,
    'service',
  ]),
  scope('contacts:read', '查看客户', 'contacts, read', [...RULERS, 'marketer', 'service', 'analyst', 'developer']),
  scope('contacts:write', '修改客户', 'contacts, change', [...RULERS, 'marketer', 'service']),
  scope('messages:send', '发送单条消息', 'send single messages', [...RULERS, 'marketer', 'service']),
  scope('segments:read', '查看人群', 'segments, read', [...RULERS, 'marketer', 'analyst', 'developer']),
  scope('segments:write', '管理人群', 'segments, change', [...RULERS, 'marketer']),
  scope('campaigns:read', '查看推送', 'campaigns, read', [...RULERS, 'marketer', 'analyst', 'developer', 'auditor']),
  scope('campaigns:write', '管理推送', 'campaigns, change', [...RULERS, 'marketer']),
  scope('deliveries:read', '查看投递', 'deliveries, read', [...RULERS, 'marketer', 'service', 'analyst', 'developer']),
  scope('deliveries:write', '处理投递', 'deliveries, settle', [...RULERS, 'marketer', 'developer']),
  scope('groups:read', '查看客户群', 'groups, read', [...RULERS, 'marketer', 'service', 'analyst', 'developer']),
  scope('groups:write', '管理客户群', 'groups, change', [...RULERS, 'marketer']),
  scope(
    'content:read',
    '查看内容（文章、卡片、菜单、渠道码、通知）',
    'content (articles, cards, menus, codes, notices), read',
    [...RULERS, 'marketer', 'service', 'analyst', 'developer', 'auditor'],
  ),
  scope('content:write', '编辑内容', 'content, write and publish', [...RULERS, 'marketer']),
  scope('desk:read', '查看会话', 'the service inbox, read', [...RULERS, 'service']),
  scope('desk:write', '接待会话', 'the service inbox, answer', [...RULERS, 'service']),
  scope('operations:read', '查看运行状况', 'operations, read', [...RULERS, 'developer', 'auditor']),
  scope('operations:write', '运维操作', 'operations, change', [...RULERS, 'developer']),
  scope('events:write', '写入事件', 'write events as a shop', ['owner', 'admin', 'developer']),
  scope('orders:write', '写入订单', 'write orders as a shop', ['owner', 'admin', 'developer']),
  scope('admin', '导出、删除客户等全部操作', 'everything else, export and erasure included', RULERS),
]

function scope(name: string, zh: string, en: string, roles: readonly Role[]): MatrixRow {
  return { scope: name, title: { zh, en }, roles }
}

/** What somebody with these roles may. */
export function scopesOf(roles: readonly Role[]): string[] {
  return MATRIX.filter((entry) => entry.roles.some((role) => roles.includes(role))).map((entry) => entry.scope)
}

/** Whether names are shown to somebody with these roles: the most that one of them may see. */
export function seesNames(roles: readonly Role[]): boolean {
  return roles.some((role) => ROLE_ROWS[role].names === 'shown')
}

/** Whether one of the roles rules over others. */
export const isPrivileged = (roles: readonly Role[]): boolean => roles.some((role) => ROLE_ROWS[role].privileged)

/** The roles and scopes in words, for the console. */
export const rolesInWords: {
  roles: { role: Role; title: Words; about: Words; scopes: string[]; names: RoleRow['names'] }[]
  scopes: { scope: string; title: Words }[]
} = {
  roles: ROLES.map((role) => {
    const { title, about, names } = ROLE_ROWS[role]
    return { role, title, about, names, scopes: scopesOf([role]) }
  }),
  scopes: MATRIX.map(({ scope: name, title }) => ({ scope: name, title })),
}
