def @csv: [.[] | if type == "string" then "\"" + gsub("\""; "\"\"") + "\""
  elif type == "null" then ""
  elif type == "array" or type == "object" then error("\(type) (\(tojson)) is not valid in a csv row")
  else tojson end] | join(",");
def @tsv: [.[] | if type == "string" then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")
  elif type == "null" then ""
  elif type == "array" or type == "object" then error("\(type) (\(tojson)) is not valid in a tsv row")
  else tojson end] | join("\t");
def input: error("No more inputs");
def inputs: empty;
def input_filename: null;
def input_line_number: 0;
def IN(s): . as $x | any(s; . == $x);
def IN(source; s): any(source; IN(s));
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] = $row);
def INDEX(f): INDEX(.[]; f);
def ascii: [.] | implode;
def leaf_paths: paths(scalars);
def toarray: if type == "array" then . else [.] end;
def trimstr($part): ltrimstr($part) | rtrimstr($part);
