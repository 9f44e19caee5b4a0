"""Every method that tableauserverclient has for databases and tables."""

import unittest

from base import TSC, AutomationTest, every_method, named


class CatalogTest(AutomationTest):
    def check_tags_of(self, endpoint, item):
        """Adds and deletes tags, which the library reads from the answers only."""
        self.assertLessEqual({"blue", "dark green"}, endpoint.add_tags(item, ["blue", "dark green"]))
        endpoint.delete_tags(item, "blue")
        left = endpoint.add_tags(item, ["red"])
        self.assertLessEqual({"red", "dark green"}, left)
        self.assertNotIn("blue", left)


class Databases(CatalogTest):
    def database(self, name="Sales"):
        [found] = [item for item in TSC.Pager(self.server.databases) if item.name == name]
        return found

    def test_get_update_delete(self):
        database = self.database()
        found = self.server.databases.get_by_id(database.id)
        self.assertEqual((found.name, found.host_name, found.connection_type), (database.name, database.host_name, database.connection_type))
        found.certified, found.certification_note, found.description = True, "Checked", named("Changed")
        found.contact_id = self.server.user_id
        changed = self.server.databases.update(found)
        self.assertEqual((changed.certified, changed.certification_note, changed.description, changed.contact_id), (True, "Checked", found.description, found.contact_id))
        others = [item for item in TSC.Pager(self.server.databases) if item.id != database.id]
        self.server.databases.delete(others[-1].id)
        self.assertNotIn(others[-1].id, [item.id for item in TSC.Pager(self.server.databases)])

    def test_permissions_tags_and_warnings(self):
        databases, database = self.server.databases, self.database()
        self.check_permissions(databases, database, TSC.Permission.Capability.Write)
        self.check_tags_of(databases, database)
        self.check_quality_warnings(databases, database)
        with self.assertRaises(NotImplementedError):
            databases.update_tags(database)
        # The library keeps it from being called on purpose.
        with self.assertRaises(Exception):
            databases.populate_tables(database)

    def test_permissions_that_tables_get(self):
        databases, database = self.server.databases, self.database()
        [user] = self.server.users.filter(name="kavya.raman")
        rule = TSC.PermissionsRule(user, {TSC.Permission.Capability.Write: TSC.Permission.Mode.Allow})

        def found():
            databases.populate_table_default_permissions(database)
            mine = [rule for rule in database.default_table_permissions if rule.grantee.id == user.id]
            return {name: mode for rule in mine for name, mode in rule.capabilities.items()}

        databases.update_table_default_permissions(database, [rule])
        self.assertEqual(found(), {"Write": "Allow"})
        databases.delete_table_default_permissions(rule, database)
        self.assertEqual(found(), {})


class Tables(CatalogTest):
    def table(self, name="orders"):
        [found, *_] = [item for item in TSC.Pager(self.server.tables) if item.name == name]
        return found

    def test_get_update_delete(self):
        table = self.table()
        found = self.server.tables.get_by_id(table.id)
        self.assertEqual((found.name, found.schema), (table.name, table.schema))
        found.certified, found.certification_note, found.description = True, "Checked", named("Changed")
        found.contact_id = self.server.user_id
        changed = self.server.tables.update(found)
        self.assertEqual((changed.certified, changed.certification_note, changed.description, changed.contact_id), (True, "Checked", found.description, found.contact_id))
        others = [item for item in TSC.Pager(self.server.tables) if item.id != table.id]
        self.server.tables.delete(others[-1].id)
        self.assertNotIn(others[-1].id, [item.id for item in TSC.Pager(self.server.tables)])

    def test_columns(self):
        tables, table = self.server.tables, self.table()
        tables.populate_columns(table)
        columns = list(table.columns)
        self.assertIn("order_id", [column.name for column in columns])
        columns[0].description = named("Changed")
        self.assertEqual(tables.update_column(table, columns[0]).description, columns[0].description)

    def test_permissions_tags_and_warnings(self):
        tables, table = self.server.tables, self.table()
        self.check_permissions(tables, table, TSC.Permission.Capability.Write)
        self.check_tags_of(tables, table)
        self.check_quality_warnings(tables, table)
        with self.assertRaises(NotImplementedError):
            tables.update_tags(table)


def load_tests(loader, tests, _):
    return every_method(loader, tests, {"databases": [], "tables": []})


if __name__ == "__main__":
    unittest.main()
