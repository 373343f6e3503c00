import { Menu as Base } from '@base-ui/react/menu';
import { Link } from '@tanstack/react-router';
import { BookOpen, Coins, Cpu, Keyboard, Leaf, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import type { ComponentProps, ComponentType } from 'react';
import type { Operations } from '../api/types.ts';
import { MENU_ITEM, Menu } from '../parts/menu.tsx';
import { useSignOut } from './session.ts';
import { THEMES, type Theme, useTheme } from './theme.tsx';
import { useShellWindow } from './windows.tsx';

export const THEME_LOOKS: Record<Theme, { label: string; Icon: ComponentType<{ className?: string }> }> = {
  system: { label: 'Theme of the system', Icon: Monitor },
  light: { label: 'Light theme', Icon: Sun },
  dark: { label: 'Dark theme', Icon: Moon },
};

/** Pages that have no place in the navigation of a phone. */
const WIDE_ONLY = [
  { to: '/models', label: 'Models', Icon: Cpu },
  { to: '/costs', label: 'Costs', Icon: Coins },
  { to: '/energy', label: 'Energy', Icon: Leaf },
] as const;

type YouMenuProps = Omit<ComponentProps<typeof Menu>, 'children' | 'label' | 'side'> & {
  identity: Operations['keys.whoami']['output'];
};

/** Who is signed in, the theme, the documentation, the way out. */
export function YouMenu({ identity, ...menu }: YouMenuProps) {
  const { theme, setTheme } = useTheme();
  const signOut = useSignOut();
  const show = useShellWindow();
  return (
    <Menu {...menu} label="You and settings" side="top">
      <p className="max-w-64 px-3 py-2 text-sm text-soft">
        <span className="block font-medium break-words text-ink" dir="auto">
          {identity.actor.name}
        </span>
        {identity.role} of <bdi className="break-words">{identity.tenant.name}</bdi>
      </p>
      <div className="md:hidden">
        {WIDE_ONLY.map(({ to, label, Icon }) => (
          <Base.LinkItem key={to} render={<Link to={to} />} closeOnClick className={MENU_ITEM}>
            <Icon className="size-4" aria-hidden="true" /> {label}
          </Base.LinkItem>
        ))}
        <Base.Separator className="my-1 h-px bg-line" />
      </div>
      <Base.Separator className="my-1 h-px bg-line max-md:hidden" />
      <Base.RadioGroup value={theme} onValueChange={setTheme} aria-label="Theme">
        {THEMES.map((each) => {
          const { label, Icon } = THEME_LOOKS[each];
          return (
            <Base.RadioItem key={each} value={each} className={MENU_ITEM}>
              <Icon className="size-4" aria-hidden="true" />
              <span className="flex-1">{label}</span>
              <Base.RadioItemIndicator>
                <span aria-hidden="true">✓</span>
              </Base.RadioItemIndicator>
            </Base.RadioItem>
          );
        })}
      </Base.RadioGroup>
      <Base.Separator className="my-1 h-px bg-line" />
      <Base.Item onClick={() => show('shortcuts')} className={MENU_ITEM}>
        <Keyboard className="size-4" aria-hidden="true" /> Keyboard shortcuts
      </Base.Item>
      <Base.LinkItem href="/docs" className={MENU_ITEM}>
        <BookOpen className="size-4" aria-hidden="true" /> API documentation
      </Base.LinkItem>
      <Base.Item onClick={signOut} className={MENU_ITEM}>
        <LogOut className="size-4" aria-hidden="true" /> Sign out
      </Base.Item>
    </Menu>
  );
}
