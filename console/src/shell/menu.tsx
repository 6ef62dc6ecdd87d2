import {
  AlertOutlined,
  ApiOutlined,
  AuditOutlined,
  ContactsOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  MessageOutlined,
  NotificationOutlined,
  QrcodeOutlined,
  SendOutlined,
  SoundOutlined,
  TeamOutlined,
  UserSwitchOutlined,
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
    lines: [
      { path: '/', word: 'nav.overview', icon: <DashboardOutlined /> },
      { path: '/inbox', word: 'nav.inbox', icon: <MessageOutlined />, scope: 'desk:read' },
    ],
  },
  {
    word: 'menu.push',
    lines: [
      { path: '/campaigns', word: 'nav.campaigns', icon: <NotificationOutlined />, scope: 'campaigns:read' },
      { path: '/deliveries', word: 'nav.deliveries', icon: <SendOutlined />, scope: 'deliveries:read' },
    ],
  },
  {
    word: 'menu.people',
    lines: [
      { path: '/contacts', word: 'nav.contacts', icon: <ContactsOutlined />, scope: 'contacts:read' },
      { path: '/contact-ways', word: 'nav.contact-ways', icon: <QrcodeOutlined />, scope: 'contacts:read' },
      { path: '/groups', word: 'nav.groups', icon: <TeamOutlined />, scope: 'groups:read' },
      { path: '/group-sends', word: 'nav.group-sends', icon: <SoundOutlined />, scope: 'groups:read' },
    ],
  },
  {
    word: 'menu.run',
    lines: [
      { path: '/service', word: 'nav.service', icon: <CustomerServiceOutlined />, scope: 'desk:read' },
      { path: '/alerts', word: 'nav.alerts', icon: <AlertOutlined />, scope: 'operations:read' },
      { path: '/people', word: 'nav.people', icon: <UserSwitchOutlined />, scope: 'people:read' },
      { path: '/audit', word: 'nav.audit', icon: <AuditOutlined />, scope: 'audit:read' },
      { path: '/api/v1/docs', word: 'nav.api', icon: <ApiOutlined />, outside: true },
    ],
  },
]
