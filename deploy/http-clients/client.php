<?php
while (($line = fgets(STDIN)) !== false) {
  [$method, $url, $name, $value, $body] = explode("\t", rtrim($line, "\n"));
  $headers = $name === "" ? [] : ["$name: $value"];
  if ($body !== "") {
    $type = $body[0] === "{" ? "application/json" : "application/x-www-form-urlencoded";
    $headers[] = "Content-Type: $type";
  }
  $http = ["method" => $method, "header" => $headers, "content" => $body, "ignore_errors" => true, "timeout" => 20];
  $text = file_get_contents($url, false, stream_context_create(["http" => $http]));
  $status = explode(" ", $http_response_header[0])[1];
  echo $status, " ", preg_replace("/\R/", " ", $text), "\n";
}
