use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::store::model::FieldOf;

pub(super) const TWB: &str = r"<?xml version='1.0' encoding='utf-8' ?>
<workbook version='18.1' xmlns:user='http://www.tableausoftware.com/xml/user'>
  <datasources>
    <datasource caption='Orders &amp; Returns' name='federated.1'>
      <connection class='federated'>
        <named-connections>
          <named-connection caption='dwh' name='sqlserver.1'>
            <connection class='sqlserver' dbname='Sales' server='dwh.example.com' port='1433' username='reader' />
          </named-connection>
        </named-connections>
      </connection>
      <extract enabled='true'><connection class='hyper' dbname='Data/orders.hyper' /></extract>
    </datasource>
    <datasource hasconnection='false' name='Parameters' />
  </datasources>
  <worksheets>
    <worksheet name='Map'><table><view><datasources><datasource name='federated.1' /></datasources></view></table></worksheet>
    <worksheet name='Detail' />
    <worksheet name='Helper' />
  </worksheets>
  <dashboards>
    <dashboard name='Overview' />
    <dashboard name='Tour' type='storyboard' />
  </dashboards>
  <windows>
    <window class='dashboard' name='Overview' />
    <window class='worksheet' name='Map' />
    <window class='worksheet' hidden='true' name='Helper' />
    <window class='storyboard' name='Tour' />
  </windows>
</workbook>";

fn package(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn reason(bytes: &[u8], file_type: FileType) -> String {
    read(Cursor::new(bytes), file_type).unwrap_err().to_string()
}

#[test]
fn sheets_connections_and_extracts_are_found() {
    let workbook = read(Cursor::new(TWB), FileType::Twb).unwrap();
    let sheets: Vec<_> = workbook
        .sheets
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.kind.sheet_type()))
        .collect();
    assert_eq!(
        sheets,
        [
            ("Overview", "dashboard"),
            ("Map", "view"),
            ("Tour", "story"),
            ("Detail", "view")
        ]
    );
    let connection = FileConnection {
        datasource: "Orders & Returns".to_owned(),
        class: "sqlserver".to_owned(),
        server: "dwh.example.com".to_owned(),
        port: "1433".to_owned(),
        database: "Sales".to_owned(),
        user_name: "reader".to_owned(),
    };
    assert_eq!(workbook.connections, [connection]);
    assert!(workbook.has_extracts);
}

#[test]
fn a_package_says_the_same_and_loses_its_extracts_only() {
    let bytes = package(&[
        ("Orders.twb", TWB.as_bytes()),
        ("Data/orders.hyper", &[0; 100_000]),
        ("Image/logo.png", b"png"),
    ]);
    let workbook = read(Cursor::new(&bytes), FileType::Twbx).unwrap();
    assert_eq!(workbook, read(Cursor::new(TWB), FileType::Twb).unwrap());
    let mut out = Cursor::new(Vec::new());
    without_extracts(Cursor::new(&bytes), &mut out).unwrap();
    let mut rewritten = zip::ZipArchive::new(out).unwrap();
    let mut names: Vec<_> = rewritten
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["Image/logo.png", "Orders.twb"]);
    let mut document = String::new();
    rewritten
        .by_name("Orders.twb")
        .unwrap()
        .read_to_string(&mut document)
        .unwrap();
    assert_eq!(document, TWB);
}

#[test]
fn what_is_not_a_workbook_is_refused_with_the_reason() {
    for (bytes, reasons) in [
        (&b""[..], "the document is empty"),
        (b"hello", "the document is empty"),
        (b"<datasource />", "the root of the document is not a workbook"),
        (b"<workbook></workbook>", "the workbook has no sheets"),
        (b"<workbook><worksheets>", "the document has no end"),
        (b"<workbook></worksheet>", "the document is not XML"),
        (b"PK\x03\x04", "publish it as twbx"),
    ] {
        let reason = reason(bytes, FileType::Twb);
        assert!(reason.contains(reasons), "{reason}");
    }
    for (bytes, reasons) in [
        (TWB.as_bytes().to_vec(), "publish it as twb"),
        (b"PK".to_vec(), "cut off, or not a zip"),
        (package(&[("a.hyper", b"")]), "there is no .twb in the package"),
        (
            package(&[("Data/a.twb", TWB.as_bytes())]),
            "there is no .twb in the package",
        ),
        (
            package(&[("a.twb", TWB.as_bytes()), ("b.twb", TWB.as_bytes())]),
            "more than one .twb",
        ),
    ] {
        let reason = reason(&bytes, FileType::Twbx);
        assert!(reason.contains(reasons), "{reason}");
    }
}

#[test]
fn bombs_of_every_kind_are_refused() {
    let deep = "<workbook>".to_owned() + &"<a>".repeat(100_000);
    assert!(reason(deep.as_bytes(), FileType::Twb).contains("too deeply"));
    let long = format!("<workbook a='{}'/>", "x".repeat(9 * 1024 * 1024));
    assert!(reason(long.as_bytes(), FileType::Twb).contains("too large"));
    let many = "<workbook><worksheets>".to_owned() + &"<worksheet name='a'/>".repeat(10_001);
    assert!(reason(many.as_bytes(), FileType::Twb).contains("more than 10000"));
    // Nine megabytes of one text, in nine kilobytes.
    let bomb = package(&[(
        "a.twb",
        format!("<workbook>{}", " ".repeat(9 * 1024 * 1024)).as_bytes(),
    )]);
    assert!(bomb.len() < 20_000);
    assert!(reason(&bomb, FileType::Twbx).contains("too large"));
    let names: Vec<_> = (0..10_001).map(|n| n.to_string()).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(reason(&package(&files), FileType::Twbx).contains("more than 10000 files"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
        let _ = read(Cursor::new(&bytes), FileType::Twb);
        let _ = read(Cursor::new([b"PK".as_slice(), &bytes].concat()), FileType::Twbx);
    }

    #[test]
    fn a_workbook_that_was_changed_is_read_without_a_panic(at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let whole = package(&[("a.twb", TWB.as_bytes()), ("Data/a.hyper", b"hyper")]);
        for mut bytes in [whole, TWB.as_bytes().to_vec()] {
            let index = at.index(bytes.len());
            bytes[index] = byte;
            let end = cut.index(bytes.len()).max(bytes.len() / 2);
            for bytes in [&bytes[..], &bytes[..end]] {
                let _ = read(Cursor::new(bytes), FileType::Twb);
                let _ = read(Cursor::new(bytes), FileType::Twbx);
                let _ = without_extracts(Cursor::new(bytes), Cursor::new(Vec::new()));
            }
        }
    }
}

/// A data source with a table, a query, a formula, a group and a folder, as two versions of Tableau write them.
const TDS: &str = r#"<?xml version='1.0' encoding='utf-8' ?>
<datasource formatted-name='Orders' inline='true' name='federated.2' version='18.1'>
  <connection class='federated'>
    <named-connections>
      <named-connection caption='dwh' name='postgres.1'>
        <connection class='postgres' dbname='Sales' server='dwh.example.com' port='5432' />
      </named-connection>
    </named-connections>
    <_.fcp.ObjectModelEncapsulateLegacy.false...relation join='inner' type='join'>
      <relation connection='postgres.1' name='orders' table='[public].[orders]' type='table' />
      <relation connection='postgres.1' name='Custom SQL Query' type='text'>SELECT id, total FROM public.totals WHERE total &gt; 0</relation>
    </_.fcp.ObjectModelEncapsulateLegacy.false...relation>
    <_.fcp.ObjectModelEncapsulateLegacy.true...relation type='collection'>
      <relation connection='postgres.1' name='orders' table='[public].[orders]' type='table' />
    </_.fcp.ObjectModelEncapsulateLegacy.true...relation>
    <metadata-records>
      <metadata-record class='column'>
        <remote-name>order_id</remote-name><remote-type>20</remote-type><local-name>[order_id]</local-name>
        <parent-name>[orders]</parent-name><local-type>integer</local-type><aggregation>Sum</aggregation>
      </metadata-record>
      <metadata-record class='column'>
        <remote-name>region &amp; country</remote-name><remote-type>130</remote-type><local-name>[region &amp; country]</local-name>
        <parent-name>[orders]</parent-name><local-type>string</local-type><aggregation>Count</aggregation>
      </metadata-record>
      <metadata-record class='column'>
        <remote-name>total</remote-name><remote-type>5</remote-type><local-name>[total]</local-name>
        <parent-name>[Custom SQL Query]</parent-name><local-type>real</local-type>
      </metadata-record>
      <metadata-record class='capability'><remote-name /></metadata-record>
    </metadata-records>
  </connection>
  <column caption='Order' datatype='integer' name='[order_id]' role='dimension' type='ordinal'>
    <desc><formatted-text><run>The number on the receipt.</run></formatted-text></desc>
  </column>
  <column caption='Share' datatype='real' name='[Calculation_1]' role='measure' type='quantitative' default-format='p0%'>
    <calculation class='tableau' formula='SUM([total]) / COUNTD([order_id])' />
  </column>
  <column caption='Continent' datatype='string' name='[Group 1]' role='dimension' type='nominal'>
    <calculation class='categorical-bin' column='[region &amp; country]' />
  </column>
  <column datatype='string' name='[:Measure Names]' role='dimension' type='nominal' />
  <folders-common><folder name='Money'><folder-item name='[total]' type='field' /></folder></folders-common>
  <folder name='Old' role='dimensions'><folder-item name='[order_id]' type='field' /></folder>
  <drill-paths><drill-path name='Place'><field>[Group 1]</field><field>[region &amp; country]</field></drill-path></drill-paths>
</datasource>"#;

#[test]
fn tables_queries_columns_and_fields_are_found() {
    let read = read(Cursor::new(TDS), FileType::Tds).unwrap();
    let [datasource] = read.model.datasources.as_slice() else {
        panic!("{:?}", read.model);
    };
    assert_eq!(
        (datasource.caption.as_str(), datasource.name.as_str()),
        ("Orders", "federated.2")
    );
    let tables: Vec<_> = datasource
        .tables
        .iter()
        .map(|table| {
            let columns = table.columns.iter();
            let columns: Vec<_> = columns
                .map(|column| format!("{} {}", column.name, column.remote_type))
                .collect();
            let name = (table.schema.as_str(), table.name.as_str(), table.query.as_deref());
            (name, table.database.name.as_str(), columns)
        })
        .collect();
    let query = Some("SELECT id, total FROM public.totals WHERE total > 0");
    assert_eq!(
        tables,
        [
            (
                ("public", "orders", None),
                "Sales",
                vec!["order_id I8".to_owned(), "region & country WSTR".to_owned()]
            ),
            (
                ("", "Custom SQL Query", query),
                "Sales",
                vec!["total R8".to_owned()]
            ),
        ]
    );
    let fields: Vec<_> = datasource
        .fields
        .iter()
        .map(|field| {
            (
                field.caption.as_str(),
                field.role.as_str(),
                field.data_type.as_str(),
            )
        })
        .collect();
    assert_eq!(
        fields,
        [
            ("Order", "DIMENSION", "INTEGER"),
            ("region & country", "DIMENSION", "STRING"),
            ("total", "MEASURE", "REAL"),
            ("Share", "MEASURE", "REAL"),
            ("Continent", "DIMENSION", "STRING"),
            ("Place", "", "UNKNOWN"),
        ]
    );
    let [order, _, total, share, continent, place] = datasource.fields.as_slice() else {
        panic!("{fields:?}");
    };
    assert_eq!(order.description.as_deref(), Some("The number on the receipt."));
    assert_eq!(total.folder.as_deref(), Some("Money"));
    assert_eq!(order.folder.as_deref(), Some("Old"));
    let parts = ["Group 1", "region & country"].map(str::to_owned);
    assert_eq!(place.of, FieldOf::Hierarchy(parts.to_vec()));
    assert_eq!(
        total.of,
        FieldOf::Column("Custom SQL Query".to_owned(), "total".to_owned())
    );
    assert_eq!(
        share.of,
        FieldOf::Calculation("SUM([total]) / COUNTD([order_id])".to_owned())
    );
    assert_eq!(continent.of, FieldOf::Group("region & country".to_owned()));
}

#[test]
fn sheets_say_which_fields_and_sheets_they_use() {
    let document = r"<workbook><datasources><datasource caption='Orders' name='sqlproxy.1'><connection class='sqlproxy' dbname='SalesOrders' server='localhost' />
          <column caption='Amount' datatype='real' name='[Amount]' role='measure' type='quantitative' /></datasource></datasources>
        <worksheets><worksheet name='Map'><table><view><datasources><datasource name='sqlproxy.1' /></datasources>
          <datasource-dependencies datasource='sqlproxy.1'><column name='[Amount]' /></datasource-dependencies></view></table></worksheet></worksheets>
        <dashboards><dashboard name='Overview'><zones><zone><zone name='Map' /></zone><zone param='vert' /></zones></dashboard></dashboards></workbook>";
    let model = read(Cursor::new(document), FileType::Twb).unwrap().model;
    let [datasource] = model.datasources.as_slice() else {
        panic!("{model:?}");
    };
    assert_eq!(datasource.published, ["SalesOrders"]);
    assert_eq!(datasource.tables, []);
    assert_eq!(datasource.fields[0].of, FieldOf::Published);
    let [map, overview] = model.sheets.as_slice() else {
        panic!("{model:?}");
    };
    assert_eq!(map.fields, [("sqlproxy.1".to_owned(), "Amount".to_owned())]);
    assert_eq!(map.datasources, ["sqlproxy.1"]);
    assert!(
        overview.is_dashboard && overview.sheets == ["Map"],
        "{overview:?}"
    );
}
