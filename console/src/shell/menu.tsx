import {
  AlertOutlined,
  ApiOutlined,
  AuditOutlined,
  BellOutlined,
  CalendarOutlined,
  ClockCircleOutlined,
  ContactsOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  FileTextOutlined,
  FilterOutlined,
  HeartOutlined,
  InboxOutlined,
  KeyOutlined,
  MenuOutlined,
  MessageOutlined,
  NotificationOutlined,
  QrcodeOutlined,
  ScanOutlined,
  SendOutlined,
  SoundOutlined,
  TeamOutlined,
  UserSwitchOutlined,
  WarningOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { AnyWord } from '../words/words.js'

/** A line of the menu, shown to those who have its scope. */
export interface MenuLine {
  path: string
  word: AnyWord
  icon: ReactNode
  /** Nothing: everybody may. */
  scope?: string
  /** A page outside of the console. */
  outside?: true
}

/** The menu in its groups. */
export const MENU: readonly { word: AnyWord; lines: readonly MenuLine[] }[] = [
  {
    word: 'menu.work',
    lines: [{ path: '/', word: 'nav.overview', icon: <DashboardOutlined /> }],
  },
  {
    word: 'menu.service',
    lines: [
      { path: '/inbox', word: 'nav.inbox', icon: <MessageOutlined />, scope: 'desk:read' },
      { path: '/service', word: 'nav.service', icon: <CustomerServiceOutlined />, scope: 'desk:read' },
      { path: '/alerts', word: 'nav.alerts', icon: <AlertOutlined />, scope: 'operations:read' },
    ],
  },
  {
    word: 'menu.push',
    lines: [
      { path: '/campaigns', word: 'nav.campaigns', icon: <NotificationOutlined />, scope: 'campaigns:read' },
      { path: '/calendar', word: 'nav.calendar', icon: <CalendarOutlined />, scope: 'campaigns:read' },
      { path: '/deliveries', word: 'nav.deliveries', icon: <SendOutlined />, scope: 'deliveries:read' },
      { path: '/segments', word: 'nav.segments', icon: <FilterOutlined />, scope: 'segments:read' },
      { path: '/content', word: 'nav.content', icon: <FileTextOutlined />, scope: 'content:read' },
      { path: '/menus', word: 'nav.menus', icon: <MenuOutlined />, scope: 'content:read' },
      { path: '/notices', word: 'nav.notices', icon: <BellOutlined />, scope: 'content:read' },
    ],
  },
  {
    word: 'menu.people',
    lines: [
      { path: '/contacts', word: 'nav.contacts', icon: <ContactsOutlined />, scope: 'contacts:read' },
      { path: '/codes', word: 'nav.codes', icon: <QrcodeOutlined />, scope: 'content:read' },
      { path: '/contact-ways', word: 'nav.contact-ways', icon: <ScanOutlined />, scope: 'contacts:read' },
      { path: '/groups', word: 'nav.groups', icon: <TeamOutlined />, scope: 'groups:read' },
      { path: '/group-sends', word: 'nav.group-sends', icon: <SoundOutlined />, scope: 'groups:read' },
    ],
  },
  {
    word: 'menu.run',
    lines: [
      { path: '/health', word: 'nav.health', icon: <HeartOutlined />, scope: 'operations:read' },
      { path: '/accounts', word: 'nav.accounts', icon: <ApiOutlined />, scope: 'operations:read' },
      { path: '/updates', word: 'nav.updates', icon: <InboxOutlined />, scope: 'operations:read' },
      { path: '/dead-letters', word: 'nav.dead-letters', icon: <WarningOutlined />, scope: 'operations:read' },
      { path: '/jobs', word: 'nav.jobs', icon: <ClockCircleOutlined />, scope: 'operations:read' },
      { path: '/platform-calls', word: 'nav.platform-calls', icon: <DashboardOutlined />, scope: 'operations:read' },
      { path: '/event-log', word: 'nav.event-log', icon: <AuditOutlined />, scope: 'operations:read' },
      { path: '/content-problems', word: 'nav.content-problems', icon: <WarningOutlined />, scope: 'operations:read' },
      { path: '/api-keys', word: 'nav.api-keys', icon: <KeyOutlined />, scope: 'operations:read' },
      { path: '/people', word: 'nav.people', icon: <UserSwitchOutlined />, scope: 'people:read' },
      { path: '/audit', word: 'nav.audit', icon: <AuditOutlined />, scope: 'audit:read' },
      { path: '/api/v1/docs', word: 'nav.api', icon: <ApiOutlined />, outside: true },
    ],
  },
]
