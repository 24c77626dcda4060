import { Download } from 'lucide-react';
import { saveTable } from '../charts/download';
import type { ExportTable } from '../models/table-export';
import { Icon } from './icon';
import { Menu, MenuItem } from './menu';

export interface ExportMenuProps {
  /** Of the file, without its ending. */
  name: string;
  /** Asked only when it is wanted. */
  table: () => ExportTable;
}

/** A table as a file: all rows that are shown, not only those in sight. */
export function ExportMenu({ name, table }: ExportMenuProps) {
  return (
    <Menu label="Export" button={<Icon icon={Download} />} buttonClassName="btn btn-icon btn-ghost btn-sm">
      {(close) =>
        (['csv', 'json'] as const).map((format) => (
          <MenuItem
            key={format}
            onSelect={() => {
              close();
              saveTable(`${name}.${format}`, table());
            }}
          >
            Export as {format.toUpperCase()}
          </MenuItem>
        ))
      }
    </Menu>
  );
}
