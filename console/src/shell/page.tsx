import { LeftOutlined } from '@ant-design/icons'
import { type ReactNode, useEffect } from 'react'
import { Link } from 'react-router'

/** The frame of a page's content: its name (also of the browser's tab), the way back, its buttons. */
export function Page(props: {
  title: string
  back?: { to: string; title: string }
  about?: ReactNode
  help?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  const { title, back, about, help, actions, children } = props
  useEffect(() => {
    document.title = `${title} · 微环`
  }, [title])
  return (
    <article className="page">
      <header className="page-head">
        <div className="grow">
          {back && (
            <Link to={back.to} className="back">
              <LeftOutlined /> {back.title}
            </Link>
          )}
          <h1>
            {title} {help}
          </h1>
          {about !== undefined && <div className="quiet">{about}</div>}
        </div>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </header>
      {children}
    </article>
  )
}
